/** `strongbox kv metadata put`: set settings of a secret; custom metadata as a whole. */
import { kvPath } from '../../../client/kv-mount.ts';
import { type Command, defineCommand } from '../../command.ts';
import { readPairs, settingFlags, settingsBody } from './metadata-settings.ts';
import { findVersioned, mountFlag, pathText } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: pathText,
  description: 'Settings that are not named stay; custom metadata is replaced as a whole.',
  flags: { ...mountFlag, ...settingFlags },
  examples: [
    ['kv metadata put --max-versions 5 secret/app/db', 'Keep five versions'],
    ['kv metadata put --custom-metadata owner=team-a secret/app/db', 'Say whose it is'],
  ],
  async run({ flags, arguments: [typed = ''], context }) {
    const custom = readPairs(flags['custom-metadata'], 'kv metadata put');
    const client = context.client();
    const place = await findVersioned(client, typed, flags.mount);
    const path = kvPath(place, 'metadata');
    const body = settingsBody(flags, custom);
    await client.request({ operation: 'write', path, body });
    await context.printer.done(`Written: ${path}`);
  },
});

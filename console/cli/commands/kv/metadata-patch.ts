/** `strongbox kv metadata patch`: change settings of a secret; custom metadata name by name. */
import { kvPath } from '../../../client/kv-mount.ts';
import { type Command, defineCommand } from '../../command.ts';
import { readPairs, settingFlags, settingsBody } from './metadata-settings.ts';
import { findVersioned, mountFlag, pathText } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: pathText,
  flags: {
    ...mountFlag,
    ...settingFlags,
    'remove-custom-metadata': { type: 'texts', description: 'Name to remove' },
  },
  examples: [
    ['kv metadata patch --custom-metadata owner=team-b secret/app/db', 'One name; others stay'],
    ['kv metadata patch --remove-custom-metadata owner secret/app/db', 'One name less'],
  ],
  async run({ flags, arguments: [typed = ''], context }) {
    const added = readPairs(flags['custom-metadata'], 'kv metadata patch');
    const removed = flags['remove-custom-metadata'].map((name) => [name, null] as const);
    const custom = Object.fromEntries([...Object.entries(added), ...removed]);
    const client = context.client();
    const place = await findVersioned(client, typed, flags.mount);
    const path = kvPath(place, 'metadata');
    await client.request({ operation: 'patch', path, body: settingsBody(flags, custom) });
    await context.printer.done(`Changed: ${path}`);
  },
});

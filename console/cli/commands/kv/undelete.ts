/** `strongbox kv undelete`: bring back deleted versions of a secret. */
import { kvPath } from '../../../client/kv-mount.ts';
import { type Command, defineCommand } from '../../command.ts';
import { findVersioned, mountFlag, pathText, readVersions } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: pathText,
  flags: {
    ...mountFlag,
    versions: { type: 'texts', description: 'Versions that are meant, as 1,2' },
  },
  examples: [['kv undelete --versions 3 secret/app/db', 'Version 3 can be read again']],
  async run({ flags, arguments: [typed = ''], context }) {
    const versions = readVersions(flags.versions, 'kv undelete');
    const client = context.client();
    const place = await findVersioned(client, typed, flags.mount);
    const path = kvPath(place, 'undelete');
    await client.request({ operation: 'write', path, body: { versions } });
    await context.printer.done(
      `Brought back (unless destroyed): ${typed}, versions ${versions.join(', ')}`,
    );
  },
});

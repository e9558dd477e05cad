/** `strongbox kv destroy`: remove the data of versions for good. */
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
  examples: [['kv destroy --versions 3 secret/app/db', 'The data of version 3 is gone for good']],
  async run({ flags, arguments: [typed = ''], context }) {
    const versions = readVersions(flags.versions, 'kv destroy');
    const client = context.client();
    const place = await findVersioned(client, typed, flags.mount);
    const path = kvPath(place, 'destroy');
    await client.request({ operation: 'write', path, body: { versions } });
    await context.printer.done(`Destroyed: ${typed}, versions ${versions.join(', ')}`);
  },
});

/** `strongbox kv delete`: delete versions of a secret; undelete brings them back. */
import { kvPath } from '../../../client/kv-mount.ts';
import { type Command, defineCommand } from '../../command.ts';
import { findSecret, mountFlag, pathText, readVersions, requireVersion2 } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: pathText,
  description: 'In a mount of version 1 the secret is gone for good.',
  flags: {
    ...mountFlag,
    versions: { type: 'texts', description: 'Versions to delete, as 1,2; without it the newest' },
  },
  examples: [
    ['kv delete secret/app/db', 'The newest version'],
    ['kv delete --versions 1,2 secret/app/db', 'Older ones'],
  ],
  async run({ flags, arguments: [typed = ''], context }) {
    const named = flags.versions.length > 0;
    const versions = named ? readVersions(flags.versions, 'kv delete') : [];
    const client = context.client();
    const place = await findSecret(client, typed, flags.mount);
    if (named) {
      requireVersion2(place, 'versions');
      const path = kvPath(place, 'delete');
      await client.request({ operation: 'write', path, body: { versions } });
    } else await client.request({ operation: 'delete', path: kvPath(place, 'data') });
    await context.printer.done(`Deleted (if it was there): ${typed}`);
  },
});

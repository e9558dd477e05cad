/** `strongbox kv metadata delete`: remove a secret with all its versions for good. */
import { kvPath } from '../../../client/kv-mount.ts';
import { type Command, defineCommand } from '../../command.ts';
import { findVersioned, mountFlag, pathText } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: pathText,
  flags: mountFlag,
  examples: [['kv metadata delete secret/app/db', 'Nothing of the secret is left']],
  async run({ flags, arguments: [typed = ''], context }) {
    const client = context.client();
    const place = await findVersioned(client, typed, flags.mount);
    await client.request({ operation: 'delete', path: kvPath(place, 'metadata') });
    await context.printer.done(`Removed with all versions (if it was there): ${typed}`);
  },
});

/** `strongbox kv list`: list the secrets in a folder. */
import { findKvPlace, kvPath } from '../../../client/kv-mount.ts';
import { textsIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import { namesTable } from '../../output/table.ts';
import { mountFlag } from './place.ts';

export const command: Command = defineCommand({
  arguments: '[path]',
  argumentTexts: { path: 'Path of a folder, as secret/app; with --mount it may be left out' },
  flags: {
    ...mountFlag,
    recursive: { type: 'switch', aliases: ['r'], description: 'Every secret below the folder' },
  },
  examples: [
    ['kv list secret', 'Secrets and folders at the top'],
    ['kv list --recursive --mount secret app', 'Everything below a folder'],
  ],
  async run({ flags, arguments: [typed = ''], context }) {
    const client = context.client();
    const mount = flags.mount;
    const place = await findKvPlace(client, { path: typed, mount });
    const operation = flags.recursive === true ? 'scan' : 'list';
    const data = await client.data({ operation, path: kvPath(place, 'metadata') });
    const keys = textsIn(data, 'keys');
    const table = () => namesTable('Keys', keys);
    await context.printer.result({ value: keys, fields: data, table });
  },
});

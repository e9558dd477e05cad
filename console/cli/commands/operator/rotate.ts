/** `strongbox operator rotate`: start a new term of the key that seals values. */
import { type Command, defineCommand } from '../../command.ts';
import { objectTable } from '../../output/table.ts';

export const command: Command = defineCommand({
  arguments: '',
  description:
    'What is written from now on is sealed under the new term; older values stay readable.',
  flags: {},
  examples: [['operator rotate', 'Shares and tokens stay as they are']],
  async run({ context }) {
    const client = context.client();
    await client.request({ operation: 'write', path: 'sys/rotate' });
    const data = await client.data({ operation: 'read', path: 'sys/key-status' });
    await context.printer.result({ value: data, table: () => objectTable(data) });
  },
});

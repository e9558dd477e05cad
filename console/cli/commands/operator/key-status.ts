/** `strongbox operator key-status`: show the term of the key that seals values, and its use. */
import { type Command, defineCommand } from '../../command.ts';
import { objectTable } from '../../output/table.ts';

export const command: Command = defineCommand({
  arguments: '',
  flags: {},
  examples: [['operator key-status', 'Term, when it began, and how often it was used']],
  async run({ context }) {
    const data = await context.client().data({ operation: 'read', path: 'sys/key-status' });
    await context.printer.result({ value: data, table: () => objectTable(data) });
  },
});

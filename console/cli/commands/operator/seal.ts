/** `strongbox operator seal`: drop all keys from memory. */
import { type Command, defineCommand } from '../../command.ts';

export const command: Command = defineCommand({
  arguments: '',
  description: 'Nothing is served afterwards until enough shares are entered.',
  flags: {},
  examples: [['operator seal', 'The agent that is asked drops its keys']],
  async run({ context }) {
    await context.client().request({ operation: 'write', path: 'sys/seal' });
    await context.printer.done('The agent is sealed.');
  },
});

/** `strongbox operator seal`: drop all keys from memory. */
import { type Command, defineCommand } from '../../command.ts';

export const command: Command = defineCommand({
  arguments: '',
  description: 'Nothing is served afterwards until enough shares are entered.',
  flags: {
    reason: { type: 'text', description: 'Why, for those who watch and for the audit log' },
  },
  examples: [['operator seal -reason=drill', 'The agent that is asked drops its keys']],
  async run({ context, flags: { reason } }) {
    const body = reason === undefined ? {} : { body: { reason } };
    await context.client().request({ operation: 'write', path: 'sys/seal', ...body });
    await context.printer.done('The agent is sealed.');
  },
});

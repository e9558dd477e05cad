/** `strongbox policy delete`: delete a policy. */
import { type Command, defineCommand } from '../../command.ts';

export const command: Command = defineCommand({
  arguments: '<name>',
  argumentTexts: { name: 'Name of the policy' },
  description: 'Tokens that have it keep its name; it grants nothing any more.',
  flags: {},
  examples: [['policy delete app', 'Gone at once, for every token']],
  async run({ arguments: [name = ''], context }) {
    await context.client().request({ operation: 'delete', path: `sys/policies/acl/${name}` });
    await context.printer.done(`Deleted (if it was there): policy ${name}`);
  },
});

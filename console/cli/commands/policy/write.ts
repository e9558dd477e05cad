/** `strongbox policy write`: check a policy and write it. */
import { type Command, defineCommand } from '../../command.ts';
import { checkedPolicy, readSource } from './source.ts';

export const command: Command = defineCommand({
  arguments: '<name> <file>',
  argumentTexts: { name: 'Name of the policy', file: 'File with its text, or - (standard input)' },
  description: 'Mistakes are shown with line and column, and nothing is sent.',
  flags: {
    cas: { type: 'count', description: 'Write only if this is the version there (0: none yet)' },
  },
  examples: [
    ['policy write app app.hcl', 'From a file'],
    ['policy write --cas 3 app app.hcl', 'Only if nobody changed version 3'],
  ],
  async run({ flags, arguments: [name = '', file = ''], context }) {
    const source = await readSource(file, context);
    checkedPolicy(name, source, context);
    const body = { policy: source.text, ...(flags.cas !== undefined && { cas: flags.cas }) };
    const path = `sys/policies/acl/${name}`;
    await context.client().request({ operation: 'write', path, body });
    await context.printer.done(`Written: policy ${name}`);
  },
});

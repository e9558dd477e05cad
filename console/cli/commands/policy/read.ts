/** `strongbox policy read`: print a policy. */
import { textIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import { safeLines } from '../../output/safe-text.ts';

export const command: Command = defineCommand({
  arguments: '<name>',
  argumentTexts: { name: 'Name of the policy' },
  flags: {},
  examples: [
    ['policy read app', 'Its text'],
    ['policy read --format json app', 'The text with its version, for --cas'],
  ],
  async run({ arguments: [name = ''], context }) {
    const call = { operation: 'read', path: `sys/policies/acl/${name}` } as const;
    const data = await context.client().data(call);
    const text = textIn(data, 'policy');
    const table = () => safeLines(text.endsWith('\n') ? text : `${text}\n`);
    await context.printer.result({ value: data, table });
  },
});

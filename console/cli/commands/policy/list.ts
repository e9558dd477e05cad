/** `strongbox policy list`: list the policies. */
import { textsIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import { namesTable } from '../../output/table.ts';

export const command: Command = defineCommand({
  arguments: '',
  flags: {},
  examples: [['policy list', 'Names of all policies']],
  async run({ context }) {
    const data = await context.client().data({ operation: 'list', path: 'sys/policies/acl' });
    const keys = textsIn(data, 'keys');
    const table = () => namesTable('Policies', keys);
    await context.printer.result({ value: keys, fields: data, table });
  },
});

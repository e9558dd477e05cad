/** `strongbox list`: list any path of the API. */
import { textsIn } from '../../client/members.ts';
import { type Command, defineCommand } from '../command.ts';
import { namesTable } from '../output/table.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: { path: 'Path of a folder below /v1/' },
  flags: {},
  examples: [
    ['list sys/policies/acl', 'Names of the policies'],
    ['list secret/metadata/app', 'Secrets in a folder, by its API path'],
  ],
  async run({ arguments: [path = ''], context }) {
    const data = await context.client().data({ operation: 'list', path });
    const keys = textsIn(data, 'keys');
    await context.printer.result({
      value: keys,
      fields: data,
      table: () => namesTable('Keys', keys),
    });
  },
});

/** `strongbox delete`: delete any path of the API. */
import { type Command, defineCommand } from '../command.ts';
import { answerResult } from '../output/answers.ts';
import { readQuery } from './query.ts';

export const command: Command = defineCommand({
  arguments: '<path> [query..]',
  argumentTexts: { path: 'Path below /v1/', query: 'name=value, sent as query parameters' },
  flags: {},
  examples: [['delete sys/policies/acl/app', 'A policy, by its API path']],
  async run({ arguments: [path = '', ...query], context }) {
    const call = { operation: 'delete', path, query: readQuery(query) } as const;
    const answer = await context.client().request(call);
    if (answer.status === 204) await context.printer.done(`Deleted (if it was there): ${path}`);
    else await context.printer.result(answerResult(answer.body));
  },
});

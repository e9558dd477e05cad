/** `strongbox read`: read any path of the API. */
import { type Command, defineCommand } from '../command.ts';
import { answerResult } from '../output/answers.ts';
import { readQuery } from './query.ts';

export const command: Command = defineCommand({
  arguments: '<path> [query..]',
  argumentTexts: { path: 'Path below /v1/', query: 'name=value, sent as query parameters' },
  flags: {},
  examples: [
    ['read sys/mounts', 'Which engines are mounted'],
    ['read secret/data/app version=2', 'An older version of a secret, by its API path'],
  ],
  async run({ arguments: [path = '', ...query], context }) {
    const call = { operation: 'read', path, query: readQuery(query) } as const;
    const answer = await context.client().request(call);
    await context.printer.result(answerResult(answer.body));
  },
});

/** `strongbox patch`: merge a change into any path of the API. */
import { type Command, defineCommand } from '../command.ts';
import { readValues } from '../input/values.ts';
import { answerResult } from '../output/answers.ts';

export const command: Command = defineCommand({
  arguments: '<path> <data..>',
  argumentTexts: {
    path: 'Path below /v1/',
    data: 'name=value, name=@FILE, name=- (standard input), @FILE or - (JSON object)',
  },
  description: 'The data is a JSON merge patch: what it names is replaced, null removes.',
  flags: {},
  examples: [
    ['patch secret/metadata/app max_versions=5', 'One setting of a secret, by its API path'],
    ['patch secret/data/app @change.json', 'A change from a file'],
  ],
  async run({ arguments: [path = '', ...words], context }) {
    const body = await readValues(words, context.input);
    const answer = await context.client().request({ operation: 'patch', path, body });
    if (answer.status === 204) await context.printer.done(`Changed: ${path}`);
    else await context.printer.result(answerResult(answer.body));
  },
});

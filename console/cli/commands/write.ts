/** `strongbox write`: write to any path of the API. */
import { failure } from '../../../shared/errors/failure.ts';
import { type Command, defineCommand } from '../command.ts';
import { readValues } from '../input/values.ts';
import { answerResult } from '../output/answers.ts';

export const command: Command = defineCommand({
  arguments: '<path> [data..]',
  argumentTexts: {
    path: 'Path below /v1/',
    data: 'name=value, name=@FILE, name=- (standard input), @FILE or - (JSON object)',
  },
  flags: {
    force: { type: 'switch', aliases: ['f'], description: 'Write without any data' },
  },
  examples: [
    ['write sys/policies/acl/app policy=@app.hcl', 'A policy from a file'],
    ['write -f sys/rotate', 'A path that takes no data'],
  ],
  async run({ flags, arguments: [path = '', ...words], context }) {
    if (words.length === 0 && flags.force !== true) {
      throw failure('cli.usage', { problem: 'there is no data (or --force)', command: 'write' });
    }
    const body = await readValues(words, context.input);
    const answer = await context.client().request({ operation: 'write', path, body });
    const { data, auth } = answer.body;
    const empty = 'request_id' in answer.body && data === null && auth === null;
    if (answer.status === 204 || empty) {
      await context.printer.done(`Written: ${path}`, answer.body);
    } else await context.printer.result(answerResult(answer.body));
  },
});

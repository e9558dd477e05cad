/** `strongbox token renew`: lengthen the life of a token. */
import { type Command, defineCommand } from '../../command.ts';
import { answerResult } from '../../output/answers.ts';
import { accessorFlag, targetCall } from './target.ts';

export const command: Command = defineCommand({
  arguments: '[token]',
  argumentTexts: { token: 'Token that is meant, or - (standard input); without it the own one' },
  flags: {
    ...accessorFlag,
    increment: { type: 'text', aliases: ['i'], description: 'Wished life from now on, as 1h' },
  },
  examples: [
    ['token renew', 'The own token'],
    ['token renew --increment 2h --accessor ACCESSOR', 'Another one, without knowing it'],
  ],
  async run({ flags, arguments: [word], context }) {
    const { accessor, increment } = flags;
    const fields = increment === undefined ? {} : { increment };
    const call = await targetCall('renew', { word, accessor, context }, fields);
    const answer = await context.client().request(call);
    await context.printer.result(answerResult(answer.body));
  },
});

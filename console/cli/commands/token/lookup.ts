/** `strongbox token lookup`: show what is known of a token. */
import { type Command, defineCommand } from '../../command.ts';
import { objectTable } from '../../output/table.ts';
import { accessorFlag, targetCall } from './target.ts';

export const command: Command = defineCommand({
  arguments: '[token]',
  argumentTexts: { token: 'Token that is meant, or - (standard input); without it the own one' },
  flags: accessorFlag,
  examples: [
    ['token lookup', 'The own token: policies, life left'],
    ['token lookup --accessor ACCESSOR', 'Another one, without knowing it'],
  ],
  async run({ flags, arguments: [word], context }) {
    const call = await targetCall('lookup', { word, accessor: flags.accessor, context });
    const answer = await context.client().data(call);
    await context.printer.result({ value: answer, table: () => objectTable(answer) });
  },
});

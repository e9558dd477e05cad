/** `strongbox token revoke`: end a token and its descendants. */
import { failure } from '../../../../shared/errors/failure.ts';
import { type Command, defineCommand } from '../../command.ts';
import { readTokenArgument } from '../../input/token-argument.ts';
import { accessorFlag, targetCall } from './target.ts';

export const command: Command = defineCommand({
  arguments: '[token]',
  argumentTexts: { token: 'Token that is meant, or - (standard input)' },
  flags: {
    ...accessorFlag,
    self: { type: 'switch', description: 'The own token' },
    mode: { type: 'text', description: 'orphan: its children live on', choices: ['orphan'] },
  },
  examples: [
    ['token revoke --accessor ACCESSOR', 'A token and all its descendants'],
    ['token revoke --self', 'The own token'],
  ],
  async run({ flags, arguments: [word], context }) {
    const { accessor, self = false, mode } = flags;
    const named = [word !== undefined, accessor !== undefined, self].filter(Boolean).length;
    if (named !== 1) {
      const problem = 'give a token, --accessor or --self, and only one of them';
      throw failure('cli.usage', { problem, command: 'token revoke' });
    }
    if (mode === 'orphan') {
      if (word === undefined) {
        const problem = '--mode orphan needs the token itself';
        throw failure('cli.usage', { problem, command: 'token revoke' });
      }
      const body = { token: await readTokenArgument(word, context) };
      const path = 'auth/token/revoke-orphan';
      await context.client().request({ operation: 'write', path, body });
    } else {
      const call = await targetCall('revoke', { word, accessor, context });
      await context.client().request(call);
    }
    await context.printer.done('Revoked (if it existed).');
  },
});

/**
 * `strongbox status`: show whether the agent is sealed; exit code 0 unsealed, 2 sealed, 1 error.
 */
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { type Command, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { sealStatusResult } from '../output/seal-status.ts';
import { reportError } from '../report.ts';

export const command: Command = defineCommand({
  arguments: '',
  description:
    'Without --address the local agent is asked: the socket named by STRONGBOX_SOCKET, then ' +
    '.strongbox/run/strongbox.sock here, then /run/strongbox/strongbox.sock, then ' +
    'https://127.0.0.1:8200.',
  flags: {},
  examples: [
    ['status', 'State of the local agent'],
    ['status --field sealed', 'true or false'],
  ],
  async run({ context }) {
    try {
      return await showStatus(context);
    } catch (error) {
      // 2 means "sealed" here: whoever cannot be asked is an error, 1.
      if (!(error instanceof StrongBoxError)) throw error;
      reportError(error, context.surroundings.stderr);
      return 1;
    }
  },
});

async function showStatus(context: Context): Promise<number> {
  const client = context.clientWith(undefined);
  const { body } = await client.request({ operation: 'read', path: 'sys/seal-status' });
  await context.printer.result(sealStatusResult(body, client.endpoint));
  return body['sealed'] === false ? 0 : 2;
}

/** `strongbox operator unseal`: enter one share. */
import { type Command, defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { shareBody } from '../../input/share-body.ts';
import { sealStatusResult } from '../../output/seal-status.ts';

export const command: Command = defineCommand({
  arguments: '[share]',
  argumentTexts: { share: '- or nothing: from standard input, or asked for without showing it' },
  description:
    'A share that is wrong is refused at once and costs nothing that was entered before.',
  flags: {
    reset: { type: 'switch', description: 'Drop the shares that were entered so far' },
  },
  examples: [
    ['operator unseal', 'Asks for one share'],
    ['operator unseal - < share-file', 'Takes it from a file'],
    ['operator unseal --reset', 'Starts anew'],
  ],
  async run({ flags, arguments: [word], context }) {
    const body = flags.reset === true ? { reset: true } : await readShare(word, context);
    try {
      const client = context.clientWith(undefined);
      const answer = await client.request({ operation: 'write', path: 'sys/unseal', body });
      await context.printer.result(sealStatusResult(answer.body, client.endpoint));
    } finally {
      if (body instanceof Uint8Array) body.fill(0);
    }
  },
});

async function readShare(word: string | undefined, context: Context): Promise<Uint8Array> {
  if (word !== undefined && word !== '-') {
    context.printer.warn(
      'a share among the arguments can be seen by others on this host; write - instead',
    );
    return shareBody(Buffer.from(word));
  }
  const share = await context.input.secret('Share');
  try {
    return shareBody(share);
  } finally {
    share.fill(0);
  }
}

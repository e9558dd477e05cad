/** `strongbox operator unseal`: enter one share, or those of standard input. */
import type { JsonObject } from '../../../../shared/json/value.ts';
import type { Client } from '../../../client/client.ts';
import { sharesPerRunMax } from '../../../limits.ts';
import { type Command, defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { shareBody } from '../../input/share-body.ts';
import { ShareSource } from '../../input/share-source.ts';
import { sealStatusResult } from '../../output/seal-status.ts';

export const command: Command = defineCommand({
  arguments: '[share]',
  argumentTexts: {
    share: '- or nothing: asked for without showing it, or the lines of standard input',
  },
  description:
    'A share that is wrong is refused at once and costs nothing that was entered before. At a ' +
    'terminal one share is asked for; of standard input each line is one, until they are enough.',
  flags: {
    reset: { type: 'switch', description: 'Drop the shares that were entered so far' },
  },
  examples: [
    ['operator unseal', 'Asks for one share'],
    ['operator unseal - < share-file', 'Takes it from a file'],
    ['operator unseal --reset', 'Starts anew'],
  ],
  async run({ flags, arguments: [word], context }) {
    const client = context.clientWith(undefined);
    const status =
      flags.reset === true
        ? await unseal(client, { reset: true })
        : await enterShares(client, word, context);
    await context.printer.result(sealStatusResult(status, client.endpoint));
  },
});

async function unseal(client: Client, body: JsonObject | Uint8Array): Promise<JsonObject> {
  return (await client.request({ operation: 'write', path: 'sys/unseal', body })).body;
}

/** One that was typed, or those of standard input until the agent is unsealed. */
async function enterShares(
  client: Client,
  word: string | undefined,
  context: Context,
): Promise<JsonObject> {
  if (word !== undefined && word !== '-') {
    context.printer.warn(
      'a share among the arguments can be seen by others on this host; write - instead',
    );
    return enter(client, Buffer.from(word));
  }
  const shares = await ShareSource.open(context.input);
  try {
    return await enterEach(client, shares, context.input.interactive);
  } catch (error) {
    if (shares.refusedNote !== undefined) context.printer.note(shares.refusedNote);
    throw error;
  } finally {
    shares.close();
  }
}

async function enterEach(client: Client, shares: ShareSource, once: boolean): Promise<JsonObject> {
  let status: JsonObject = {};
  for (let count = 0; count < sharesPerRunMax; count += 1) {
    const share = await shares.next('Share');
    if (share === undefined) break;
    status = await enter(client, share);
    if (once || status['sealed'] === false) break;
  }
  return status;
}

async function enter(client: Client, share: Buffer): Promise<JsonObject> {
  let body: Uint8Array | undefined;
  try {
    body = shareBody(share);
    return await unseal(client, body);
  } finally {
    share.fill(0);
    body?.fill(0);
  }
}

/** `strongbox operator generate-root`: make a root token from shares. */
import { isFailure, type StrongBoxError } from '../../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { hasStatus } from '../../../client/answer.ts';
import type { Client } from '../../../client/client.ts';
import { numberIn, textIn } from '../../../client/members.ts';
import { sharesPerRunMax } from '../../../limits.ts';
import { type Command, defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { shareBody } from '../../input/share-body.ts';
import { ShareSource } from '../../input/share-source.ts';
import { objectTable } from '../../output/table.ts';
import { decodeRootToken } from './root-token.ts';

export const command: Command = defineCommand({
  arguments: '',
  description:
    'Begins an attempt, or joins the one that is under way, and asks for shares until it is ' +
    'complete. Who began it learns the token; to others it is encoded, and useless without the ' +
    'one-time pad of the one who began.',
  flags: {
    status: { type: 'switch', description: 'Only show the attempt that is under way' },
    cancel: { type: 'switch', description: 'End the attempt that is under way' },
    init: { type: 'switch', description: 'Only begin an attempt, and print its one-time pad' },
    decode: { type: 'text', description: 'Encoded token to decode; its pad is asked for' },
  },
  examples: [
    ['operator generate-root', 'All holders at one terminal, one after another'],
    ['operator generate-root --init', 'Begin; the holders then run the line above anywhere'],
    ['operator generate-root --decode ENCODED', 'What the one who began does at the end'],
  ],
  async run({ flags, context }) {
    if (flags.decode !== undefined) return decode(flags.decode, context);
    const client = context.client();
    const attempt = await familyFor(client, context);
    if (flags.cancel === true) return cancel(client, attempt, context);
    if (flags.status === true) return show(await read(client, attempt), context);
    if (flags.init === true) {
      const begun = await begin(client, attempt);
      context.printer.note(`The holders run \`strongbox operator generate-root\`. ${keepPad}`);
      return show(begun, context);
    }
    return enterShares(client, attempt, context);
  },
});

const keepPad =
  'Keep the pad (otp): with it `strongbox operator generate-root --decode ENCODED` turns what the ' +
  'last holder is shown into the root token.';
const withToken = 'sys/generate-root-token';
const withoutToken = 'sys/generate-root';

/**
 * The routes to use. With a token the attempt is authenticated; without one the server may allow it
 * all the same. A token that is refused must not be in the way: whoever has lost the last good one
 * is here for that very reason.
 */
async function familyFor(client: Client, context: Context): Promise<string> {
  if (!client.hasToken) return withoutToken;
  try {
    await read(client, withToken);
    return withToken;
  } catch (error) {
    if (!hasStatus(error, 403)) throw error;
    context.printer.note('The token is refused here; going on without one.');
    return withoutToken;
  }
}

/** Without a token only the attempt of a nonce can be ended: the one that is seen running. */
async function cancel(client: Client, attempt: string, context: Context): Promise<void> {
  const nonce = textIn(await read(client, attempt), 'nonce');
  if (nonce !== '') {
    await client.request({ operation: 'delete', path: `${attempt}/attempt`, query: { nonce } });
  }
  await context.printer.done('No attempt is under way any more.');
}

async function read(client: Client, attempt: string): Promise<JsonObject> {
  return (await client.request({ operation: 'read', path: `${attempt}/attempt` })).body;
}

async function begin(client: Client, attempt: string): Promise<JsonObject> {
  const call = { operation: 'write', path: `${attempt}/attempt`, body: {} } as const;
  return (await client.request(call)).body;
}

async function show(status: JsonObject, context: Context): Promise<void> {
  await context.printer.result({ value: status, table: () => objectTable(status) });
}

async function enterShares(client: Client, attempt: string, context: Context): Promise<void> {
  const shares = await ShareSource.open(context.input);
  const running = await read(client, attempt);
  const own = running['started'] === true ? undefined : await begin(client, attempt);
  const run = { client, attempt, shares, context };
  const status = await enterEach(own ?? running, run)
    .catch(async (error: unknown) => {
      if (shares.refusedNote !== undefined) context.printer.note(shares.refusedNote);
      if (own !== undefined) await drop(run, textIn(own, 'nonce'));
      throw error;
    })
    .finally(() => shares.close());
  if (status['complete'] === true) await finish(status, own, context);
  else await leave(status, own, context);
}

interface Run {
  readonly client: Client;
  readonly attempt: string;
  readonly shares: ShareSource;
  readonly context: Context;
}

/** The attempt when it is complete, or as far as the shares go. */
async function enterEach(begun: JsonObject, run: Run): Promise<JsonObject> {
  const nonce = textIn(begun, 'nonce');
  let status = begun;
  for (let count = 0; count < sharesPerRunMax && status['complete'] !== true; count += 1) {
    const question = `Share ${numberIn(status, 'progress') + 1} of ${numberIn(status, 'required')}`;
    try {
      const share = await run.shares.next(question);
      if (share === undefined) return status;
      status = await enter(run.client, { attempt: run.attempt, share, nonce });
    } catch (error) {
      if (!isSlip(error) || !(await mayAskAgain(nonce, run))) throw error;
      run.context.printer.note(error.message);
    }
  }
  return status;
}

/** A wrong paper or key, which costs nobody what was entered before it. */
function isSlip(error: unknown): error is StrongBoxError {
  if (hasStatus(error, 400)) return true;
  return isFailure(error, 'cli.input-empty') || isFailure(error, 'cli.input-malformed');
}

async function mayAskAgain(nonce: string, run: Run): Promise<boolean> {
  if (!run.context.input.interactive) return false;
  const status = await read(run.client, run.attempt);
  return status['started'] === true && textIn(status, 'nonce') === nonce;
}

/** Standard input has no more shares; the attempt goes on. */
async function leave(
  status: JsonObject,
  own: JsonObject | undefined,
  context: Context,
): Promise<void> {
  const missing = numberIn(status, 'required') - numberIn(status, 'progress');
  const shares = missing === 1 ? 'One more share is' : `${missing} more shares are`;
  context.printer.note(`${shares} needed: \`strongbox operator generate-root\` takes them.`);
  if (own === undefined) return show(status, context);
  context.printer.note(keepPad);
  await show({ ...status, otp: textIn(own, 'otp') }, context);
}

/** Nobody has seen the pad of this attempt: all that it could make is a token that nobody knows. */
async function drop({ client, attempt, context }: Run, nonce: string): Promise<void> {
  try {
    await client.request({ operation: 'delete', path: `${attempt}/attempt`, query: { nonce } });
    context.printer.note('The attempt was ended, and nothing of it is kept: begin anew.');
  } catch {
    context.printer.note(
      'The attempt could not be ended: `strongbox operator generate-root --cancel` does it.',
    );
  }
}

interface EnteredShare {
  readonly attempt: string;
  readonly share: Buffer;
  readonly nonce: string;
}

async function enter(client: Client, { attempt, share, nonce }: EnteredShare): Promise<JsonObject> {
  let body: Uint8Array | undefined;
  try {
    body = shareBody(share, nonce);
    const call = { operation: 'write', path: `${attempt}/update`, body } as const;
    return (await client.request(call)).body;
  } finally {
    share.fill(0);
    body?.fill(0);
  }
}

async function finish(
  status: JsonObject,
  own: JsonObject | undefined,
  context: Context,
): Promise<void> {
  const encoded = textIn(status, 'encoded_token') || textIn(status, 'encoded_root_token');
  const pad = textIn(own ?? {}, 'otp');
  if (pad === '') {
    context.printer.note(
      'Complete. Give the encoded token to whoever began: `strongbox operator generate-root ' +
        '--decode` turns it into the root token.',
    );
    return show({ encoded_token: encoded }, context);
  }
  return show({ root_token: decodeRootToken(encoded, Buffer.from(pad)) }, context);
}

async function decode(encoded: string, context: Context): Promise<void> {
  const pad = await context.input.secret('One-time pad');
  try {
    await show({ root_token: decodeRootToken(encoded, pad) }, context);
  } finally {
    pad.fill(0);
  }
}

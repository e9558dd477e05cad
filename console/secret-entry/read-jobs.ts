/** The jobs that read one secret: a share, a pass-phrase, a token. */
import { timingSafeEqual } from 'node:crypto';
import type { EntryChannel } from './entry-channel.ts';
import type { EntryStage } from './entry-stage.ts';
import { FieldScene, type FieldSceneOptions } from './field-scene.ts';
import type { CancelReason, SecretEntryJob } from './protocol.ts';
import { sealShare } from './share-box.ts';
import { ShareScene } from './share-scene.ts';
import type { SealedShareBox } from '../../shared/control/methods.ts';

export type Cancelled = { readonly cancelled: CancelReason };

/** Reads a share and sends it sealed. Throws `entry.key-unusable`. */
export async function enterShare(
  stage: EntryStage,
  { holder, ceremony }: SecretEntryJob<'enter-share'>,
  channel: EntryChannel,
): Promise<void> {
  const { nonce, publicKey } = ceremony;
  const binding = { ceremony: ceremony.ceremony, nonce, plan: '', holder };
  const entered = await stage.run<Cancelled | Error | { readonly box: SealedShareBox }>(
    (settle) =>
      new ShareScene(
        stage,
        { holder, ceremony },
        {
          send: (text) => settle(attempt(() => ({ box: sealShare(text, publicKey, binding) }))),
          cancelled: (cancelled) => settle({ cancelled }),
        },
      ),
  );
  if (entered instanceof Error) throw entered;
  if ('cancelled' in entered) await sendCancelled(channel, entered);
  else await channel.send({ type: 'box', box: entered.box });
}

/** Reads a pass-phrase, a new one twice, and hands it over. */
export async function readPassphrase(
  stage: EntryStage,
  { purpose, isNew }: SecretEntryJob<'passphrase'>,
  channel: EntryChannel,
): Promise<void> {
  const first = { heading: purpose, text: [], label: 'pass-phrase', skipsBlanks: false };
  const again = { ...first, text: ['Type it again.'] };
  let notice = '';
  for (;;) {
    const secret = await readField(stage, { ...first, notice });
    if ('cancelled' in secret) return sendCancelled(channel, secret);
    const repeated = isNew ? await readField(stage, again) : secret;
    if ('cancelled' in repeated) {
      secret.fill(0);
      return sendCancelled(channel, repeated);
    }
    const same = equalConstantTime(secret, repeated);
    if (same) await channel.sendSecret(secret);
    secret.fill(0);
    repeated.fill(0);
    if (same) return;
    notice = 'the two differ: type it anew';
  }
}

export async function readToken(
  stage: EntryStage,
  { purpose }: SecretEntryJob<'token'>,
  channel: EntryChannel,
): Promise<void> {
  const options = { heading: purpose, text: [], label: 'token', skipsBlanks: true };
  const secret = await readField(stage, options);
  if ('cancelled' in secret) return sendCancelled(channel, secret);
  await channel.sendSecret(secret);
  secret.fill(0);
}

/** What was entered in a screen of one field, for the caller to zero. */
export function readField(
  stage: EntryStage,
  options: FieldSceneOptions,
): Promise<Uint8Array | Cancelled> {
  return stage.run(
    (settle) =>
      new FieldScene(stage, options, {
        entered: settle,
        cancelled: (cancelled) => settle({ cancelled }),
      }),
  );
}

export function equalConstantTime(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

async function sendCancelled(channel: EntryChannel, { cancelled }: Cancelled): Promise<void> {
  await channel.send({ type: 'cancelled', reason: cancelled });
}

/** The result, or the error as a value: it comes out of a key's handler. */
function attempt<Result>(work: () => Result): Result | Error {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error : new Error('an unknown value was thrown');
  }
}

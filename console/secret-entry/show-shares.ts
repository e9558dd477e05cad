/**
 * The shares of a new cluster, one holder after another: shown to its holder alone, blanked, and
 * held to be written down only when three of its groups, chosen at random, were typed again. The
 * root token follows in the same way, or goes to the console to log in with.
 */
import { randomInt } from 'node:crypto';
import { initShareName, initTokenName } from '../../shared/control/sealed-share.ts';
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { safeText } from '../cli/output/safe-text.ts';
import type { EntryChannel } from './entry-channel.ts';
import type { EntryStage } from './entry-stage.ts';
import { groupAt, pickGroups } from './groups.ts';
import { custodyGroupCharacters, secretFieldBytesMax } from './limits.ts';
import { type NoticeAnswer, type NoticeOptions, NoticeScene } from './notice-scene.ts';
import type { FoundedBoxes, SecretEntryJob } from './protocol.ts';
import { readField, equalConstantTime } from './read-jobs.ts';
import { type RevealOptions, RevealScene } from './reveal-scene.ts';
import { BoxReceiver } from './share-box.ts';
import { shareFingerprint } from './share-check.ts';

/** A framed share: what stands before its 24th character is the same in all shares of a set. */
const shareCommonCharacters = 24;
/** Of a token: its prefix is the same in all tokens. */
const tokenCommonCharacters = 4;

interface Shown extends RevealOptions {
  readonly secret: Uint8Array;
  readonly name: string;
  readonly commonCharacters: number;
}

/** Throws `entry.boxes-unreadable`. */
export async function showShares(
  stage: EntryStage,
  job: SecretEntryJob<'show-shares'>,
  channel: EntryChannel,
): Promise<void> {
  const answer = await notice(stage, beginning(job));
  if (answer !== 'enter') {
    const reason = answer === 'escape' ? 'escape' : 'interrupted';
    return channel.send({ type: 'cancelled', reason });
  }
  const receiver = new BoxReceiver();
  await channel.send({ type: 'receiver', publicKey: receiver.publicKey });
  const founded = await channel.next();
  if (founded?.type !== 'founded') return;
  if (founded.boxes.sealedShares.length !== job.shares) throw unreadable('the set of shares');
  const room = { stage, channel, receiver, boxes: founded.boxes };
  for (const at of founded.boxes.sealedShares.keys()) {
    if (!(await showShare(room, at))) return giveUp(channel);
  }
  if (await showToken(room)) await channel.send({ type: 'shown' });
  else await giveUp(channel);
}

interface Room {
  readonly stage: EntryStage;
  readonly channel: EntryChannel;
  readonly receiver: BoxReceiver;
  readonly boxes: FoundedBoxes;
}

/** False when it was given up. */
async function showShare({ stage, receiver, boxes }: Room, at: number): Promise<boolean> {
  const name = `Share ${at + 1} of ${boxes.sealedShares.length}`;
  const box = boxes.sealedShares[at] ?? '';
  const secret = receiver.open(boxes.sender, box, initShareName(at + 1));
  if (secret === undefined) throw unreadable(name.toLowerCase());
  try {
    const fingerprint = fingerprintOf(secret, name);
    const end = await showUntilKept(stage, {
      secret,
      name,
      commonCharacters: shareCommonCharacters,
      heading: `${name}: for its holder alone`,
      before: ['Everybody else looks away. Have a pen and paper at hand; take no photograph.'],
      beside: [
        `fingerprint ${fingerprint}`,
        'Write down all groups and the fingerprint. It is shown this once, and three groups of it are asked for then.',
      ],
      login: false,
    });
    return end === 'kept';
  } finally {
    secret.fill(0);
  }
}

async function showToken({ stage, channel, receiver, boxes }: Room): Promise<boolean> {
  const secret = receiver.open(boxes.sender, boxes.sealedRootToken, initTokenName);
  if (secret === undefined) throw unreadable('the root token');
  try {
    if (!isPrintable(secret)) throw unreadable('the root token');
    const end = await showUntilKept(stage, {
      secret,
      name: 'Root token',
      commonCharacters: tokenCommonCharacters,
      heading: 'Root token: for the first administrator alone',
      before: ['It may do everything. Revoke it once other tokens are there.'],
      beside: ['Capital letters count. l logs this console in with it.'],
      login: true,
    });
    if (end === 'login') await channel.sendSecret(secret);
    return end !== 'given-up';
  } finally {
    secret.fill(0);
  }
}

/** What the agent has sealed is checked like anything that comes from outside. */
function fingerprintOf(share: Uint8Array, name: string): string {
  try {
    return shareFingerprint(share);
  } catch (error) {
    if (error instanceof StrongBoxError) throw unreadable(name.toLowerCase());
    throw error;
  }
}

/** Whether it can be written to the terminal as it is. */
function isPrintable(secret: Uint8Array): boolean {
  const isShort = secret.length > 0 && secret.length <= secretFieldBytesMax;
  return isShort && secret.every((byte) => byte > 0x20 && byte < 0x7f);
}

function unreadable(what: string): StrongBoxError {
  return failure('entry.boxes-unreadable', { what });
}

/** Shows and asks until the answers are right: a slip of the pen is found while it can be cured. */
async function showUntilKept(
  stage: EntryStage,
  shown: Shown,
): Promise<'kept' | 'login' | 'given-up'> {
  const repeat = 'A group was not that one: compare what is written down. Other groups follow.';
  let before = shown.before;
  for (;;) {
    const end = await reveal(stage, { ...shown, before });
    if (end === 'login') return end;
    if (end === 'cancelled' && (await reallyGiveUp(stage))) return 'given-up';
    const answer = end === 'taken' ? await askGroups(stage, shown) : 'back';
    if (answer === 'right') return 'kept';
    before = answer === 'wrong' ? [repeat] : shown.before;
  }
}

function reveal(stage: EntryStage, shown: Shown): Promise<'taken' | 'login' | 'cancelled'> {
  return stage.run(
    (settle) =>
      new RevealScene(stage, shown, {
        taken: () => settle('taken'),
        login: () => settle('login'),
        cancelled: () => settle('cancelled'),
      }),
  );
}

/** Whether the holder types the right groups, or goes back to the share. */
async function askGroups(
  stage: EntryStage,
  { secret, name, ...shown }: Shown,
): Promise<'right' | 'wrong' | 'back'> {
  for (const group of pickGroups(secret.length, shown.commonCharacters, randomInt)) {
    const typed = await readField(stage, {
      heading: `${name}: is it written down?`,
      text: ['Type the group of that number from the paper. Esc shows all of it again.'],
      label: `group ${group + 1}`,
      skipsBlanks: true,
      bytesMax: custodyGroupCharacters,
    });
    if ('cancelled' in typed) return 'back';
    const right = equalConstantTime(typed, groupAt(secret, group));
    typed.fill(0);
    if (!right) return 'wrong';
  }
  return 'right';
}

async function reallyGiveUp(stage: EntryStage): Promise<boolean> {
  const answer = await notice(stage, {
    heading: 'Give up?',
    text: [
      'The cluster is made. Shares that were not shown are lost, and without enough of them nobody can ever unseal it.',
    ],
    keys: 'Enter go on   Ctrl-C give up',
  });
  return answer === 'interrupted';
}

function beginning({ cluster, shares, threshold }: SecretEntryJob<'show-shares'>): NoticeOptions {
  return {
    heading: `Make the key of ${safeText(cluster)}`,
    text: [
      `${shares} shares are made; any ${threshold} of them unseal. Have all holders here: each sees one share, once, and proves that it is written down.`,
    ],
    keys: 'Enter begin   Esc cancel',
  };
}

function notice(stage: EntryStage, options: NoticeOptions): Promise<NoticeAnswer> {
  return stage.run((settle) => new NoticeScene(stage, options, settle));
}

function giveUp(channel: EntryChannel): Promise<void> {
  return channel.send({ type: 'cancelled', reason: 'interrupted' });
}

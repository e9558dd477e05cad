/**
 * Effects that need the secret child: founding the cluster, entering a share, logging in. What the
 * child hands over is ciphertext, or the one token that this console is to use.
 */
import type { ClusterSnapshot } from '../../../shared/control/topics.ts';
import { encodeBase64 } from '../../../shared/encoding/base64.ts';
import { failure, StrongBoxError } from '../../../shared/errors/failure.ts';
import type { ControlProblem } from '../../client/control-problem.ts';
import { problemOf } from '../../client/control-problem.ts';
import { openKeyFile } from '../../keys/key-file.ts';
import { keyFilePath, readKeyFile } from '../../keys/key-file-store.ts';
import { runSecretEntry, type SecretEntryIo } from '../../secret-entry/launch.ts';
import type {
  FoundedBoxes,
  SecretEntryJob,
  SecretEntryKind,
  SecretEntryResult,
} from '../../secret-entry/protocol.ts';
import { holderOf } from '../model/model.ts';
import { currentPlace } from '../model/places.ts';
import { snapshotIn } from '../model/topic.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';
import { bundledProgram } from './program-file.ts';
import type { Tools } from './tools.ts';

/** Making the key of 255 shares on a slow host takes a moment. */
const foundingTimeoutMs = 60_000;

/** One share, sealed by the child to the ceremony's key, goes to the agent. */
export async function enterShare(tools: Tools): Promise<void> {
  const { store, channel } = tools;
  const { model } = store.snapshot();
  const ceremony = snapshotIn(model.ceremony);
  if (ceremony === undefined) return;
  const holder = holderOf(model);
  const job = { kind: 'enter-share', cluster: clusterOf(tools), holder, ceremony } as const;
  const result = await inChild(tools, job, literal('enter a share'));
  if (result?.outcome !== 'done') return;
  const params = { nonce: ceremony.nonce, box: result.box };
  const outcome = await channel.call('ceremony.submit', params);
  if (!outcome.ok) {
    problem(tools, literal('enter a share'), outcome.problem);
    return;
  }
  store.happen({
    kind: 'channel',
    event: { kind: 'snapshot', topic: 'ceremony', snapshot: outcome.result },
  });
  if (outcome.result.state !== 'done') {
    toast(tools, literal('the share is in; the next holder may go on'));
    return;
  }
  toast(tools, literal('unsealed: reads and writes are served'));
  // Who has gone elsewhere meanwhile stays there.
  if (currentPlace(store.snapshot().model.places).view !== 'ceremony') return;
  store.happen({ kind: 'start', places: [{ view: 'cluster', argument: undefined }] });
}

/** The agent makes the shares, sealed to the child; the child shows them to their holders. */
export async function found(
  tools: Tools,
  numbers: { readonly shares: number; readonly threshold: number },
): Promise<void> {
  const what = literal('make the key');
  const job = { kind: 'show-shares', cluster: clusterOf(tools), ...numbers } as const;
  const founded = async (receiver: string): Promise<FoundedBoxes> => {
    const params = { ...numbers, receiver };
    const outcome = await tools.channel.call('ceremony.init', params, foundingTimeoutMs);
    if (outcome.ok) return outcome.result;
    throw failure('client.control-refused', {
      endpoint: tools.store.snapshot().model.settings.address,
      status: outcome.problem.status,
      reason: outcome.problem.message,
    });
  };
  const result = await inChild(tools, job, what, founded);
  if (result?.outcome !== 'done') return;
  if (result.token !== undefined) tools.channel.setToken(result.token);
  toast(tools, literal('the key is made; now the holders unseal with their shares'));
  tools.store.happen({
    kind: 'start',
    places: [
      { view: 'cluster', argument: undefined },
      { view: 'ceremony', argument: undefined },
    ],
  });
}

/** A token for this console alone: it is kept in the channel's thread, and in no file. */
export async function logIn(tools: Tools): Promise<void> {
  const job = { kind: 'token', purpose: `log in to ${clusterOf(tools)}` } as const;
  const result = await inChild(tools, job, literal('log in'));
  if (result?.outcome !== 'done') return;
  // What it reads, it reads with the rights of whoever began it.
  tools.verification.stop();
  tools.channel.setToken(result.token);
}

/**
 * The key is open for one signature, for the node on the screen alone; the pass-phrase is zeroed as
 * soon as it has opened it.
 */
export async function prove(tools: Tools, operator: string): Promise<void> {
  const what = literal('prove a name');
  const file = keyFilePath(tools.home);
  try {
    const { clusterId, self: node } = clusterShown(tools);
    const keyFile = readKeyFile(file);
    const purpose = `the key of ${operator}, for ${node} of ${clusterOf(tools)}`;
    const job = { kind: 'passphrase', purpose, isNew: false } as const;
    const result = await inChild(tools, job, what);
    if (result?.outcome !== 'done') return;
    const key = await openKeyFile(keyFile, result.passphrase, file).finally(() => {
      result.passphrase.fill(0);
    });
    const challenge = await tools.channel.challenge();
    if (!challenge.ok) return problem(tools, what, challenge.problem);
    const signed = key.signChallenge({ clusterId, node, ...challenge.result, operator });
    const signature = encodeBase64(signed);
    const proved = await tools.channel.call('prove', { operator, signature });
    if (!proved.ok) return problem(tools, what, proved.problem);
    tools.store.happen({ kind: 'proved', identity: proved.result });
    toast(tools, clean(`the agent knows you as ${operator} on this connection`, 120));
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    problem(tools, what, problemOf(error));
  }
}

/** Runs the child on the terminal; undefined when it failed, which is told. */
async function inChild<Kind extends SecretEntryKind>(
  tools: Tools,
  job: SecretEntryJob<Kind>,
  what: SafeText,
  founded?: (receiver: string) => Promise<FoundedBoxes>,
): Promise<SecretEntryResult<Kind> | undefined> {
  const program = bundledProgram('secret-entry');
  const io: SecretEntryIo = {
    ...(program !== undefined && { program }),
    ...(founded !== undefined && { found: founded }),
  };
  try {
    return await tools.terminal().suspended(() => runSecretEntry(job, io));
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    problem(tools, what, problemOf(error));
    return undefined;
  }
}

/** What is on the screen; an agent that is not there yet can be shown no name. */
function clusterShown({ store }: Tools): ClusterSnapshot {
  const { cluster, settings } = store.snapshot().model;
  const snapshot = snapshotIn(cluster);
  if (snapshot !== undefined) return snapshot;
  const reason = 'nothing was heard of the cluster yet';
  throw failure('client.control-closed', { endpoint: settings.address, reason });
}

function clusterOf({ store }: Tools): string {
  return snapshotIn(store.snapshot().model.cluster)?.clusterName || 'new cluster';
}

function problem({ store }: Tools, what: SafeText, of: ControlProblem): void {
  store.happen({ kind: 'problem', what, problem: of });
}

function toast({ store }: Tools, text: SafeText): void {
  store.happen({ kind: 'toast', text: clean(text, 160), tone: 'good' });
}

/**
 * The replicated state beside the entries: what every node must have the same at the same applied
 * index. It is kept in records of the state storage, written in the transaction of each apply.
 */
import { failure, isFailure } from '../../shared/errors/failure.ts';
import { ByteReader, frameInvalid } from '../link/byte-reader.ts';
import { ByteWriter } from '../link/byte-writer.ts';
import { readConf, readId, writeConf, writeId } from '../link/message-codec.ts';
import { type Checkpoint, hashBytes } from '../link/peer-frame.ts';
import { restoreConf } from '../raft/conf-change.ts';
import { emptyConf } from '../raft/tracker.ts';
import type { ConfState, EntryId, NodeId } from '../raft/types.ts';
import { emptyDigest } from './digest.ts';
import { checkpointsKeptMax, removedMembersMax } from './limits.ts';
import { ResultWindow } from './result-window.ts';

export interface MachineState {
  /** The last entry that is applied. */
  readonly applied: EntryId;
  /** The store's. */
  readonly revision: number;
  /** The newest stamp; 0 before the first. Never falls. */
  readonly clusterTimeMs: number;
  /** Of all entries of the store (digest.ts). */
  readonly digest: Uint8Array;
  /** The configuration at the applied index. */
  readonly conf: ConfState;
  /** Who was a member and is none any more, rising: an id is never used again. */
  readonly removed: readonly NodeId[];
  /** By proposer. Only members have one. Not changed: a new state has copies. */
  readonly windows: ReadonlyMap<NodeId, ResultWindow>;
  /** Digests at the last multiples of `checkpointEntries`, rising. */
  readonly checkpoints: readonly Checkpoint[];
}

export const emptyMachineState: MachineState = {
  applied: { term: 0, index: 0 },
  revision: 0,
  clusterTimeMs: 0,
  digest: emptyDigest(),
  conf: emptyConf,
  removed: [],
  windows: new Map(),
  checkpoints: [],
};

export const headRecord = 'head';
export const checkpointsRecord = 'checkpoints';
export const removedRecord = 'removed';
const windowPrefix = 'window/';
const formatNumber = 1;
const idBytes = 8;

/** What of the storage holds records. */
export interface Records {
  record(name: string): Uint8Array | undefined;
  recordNames(): readonly string[];
}

export function windowRecord(node: NodeId): string {
  return `${windowPrefix}${node}`;
}

/** format u8 = 1 | applied id | revision u53 | cluster time u53 | digest 32 | configuration */
export function encodeHead(state: MachineState): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u8(formatNumber);
  writeId(writer, state.applied);
  writer.u53(state.revision).u53(state.clusterTimeMs).raw(state.digest);
  writeConf(writer, state.conf);
  return writer.finish();
}

export function encodeCheckpoints(checkpoints: readonly Checkpoint[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(checkpoints.length);
  for (const { index, digest } of checkpoints) writer.u53(index).raw(digest);
  return writer.finish();
}

export function encodeRemoved(removed: readonly NodeId[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().u32(removed.length);
  for (const id of removed) writer.u53(id);
  return writer.finish();
}

/** All records of a state. */
export function encodeRecords(state: MachineState): Map<string, Uint8Array> {
  const records = new Map<string, Uint8Array>([
    [headRecord, encodeHead(state)],
    [checkpointsRecord, encodeCheckpoints(state.checkpoints)],
    [removedRecord, encodeRemoved(state.removed)],
  ]);
  for (const [node, window] of state.windows) records.set(windowRecord(node), window.encode());
  return records;
}

/** The state of the records; undefined where there are none. Throws `replica.state-damaged`. */
export function loadMachineState(records: Records): MachineState | undefined {
  const head = records.record(headRecord);
  if (head === undefined) return undefined;
  try {
    const windows = new Map<NodeId, ResultWindow>();
    for (const name of records.recordNames()) {
      const bytes = records.record(name);
      const node = windowNode(name);
      if (node !== undefined && bytes !== undefined) windows.set(node, ResultWindow.decode(bytes));
    }
    const sorted = new Map([...windows].toSorted(([left], [right]) => left - right));
    const checkpoints = decodeCheckpoints(records.record(checkpointsRecord));
    const removed = decodeRemoved(records.record(removedRecord));
    return { ...decodeHead(head), removed, windows: sorted, checkpoints };
  } catch (error) {
    if (!isFailure(error, 'link.frame-invalid')) throw error;
    throw failure('replica.state-damaged', { reason: error.message }, error);
  }
}

/** Index and term alone. */
export function appliedOf(head: Uint8Array | undefined): EntryId {
  return head === undefined ? emptyMachineState.applied : decodeHead(head).applied;
}

function decodeHead(bytes: Uint8Array): Omit<MachineState, 'removed' | 'windows' | 'checkpoints'> {
  const reader = new ByteReader(bytes);
  const format = reader.u8();
  if (format !== formatNumber) {
    throw failure('replica.state-damaged', { reason: `its format is ${format}` });
  }
  const applied = readId(reader);
  const [revision, clusterTimeMs] = [reader.u53(), reader.u53()];
  const digest = reader.raw(hashBytes);
  const conf = restoreConf(readConf(reader));
  reader.end();
  return { applied, revision, clusterTimeMs, digest, conf };
}

function decodeCheckpoints(bytes: Uint8Array | undefined): readonly Checkpoint[] {
  if (bytes === undefined) return [];
  const reader = new ByteReader(bytes);
  const checkpoints = reader.list(hashBytes, () => {
    return { index: reader.u53(), digest: reader.raw(hashBytes) };
  });
  reader.end();
  if (checkpoints.length > checkpointsKeptMax) throw frameInvalid('it has too many checkpoints');
  return checkpoints;
}

function decodeRemoved(bytes: Uint8Array | undefined): readonly NodeId[] {
  if (bytes === undefined) return [];
  const reader = new ByteReader(bytes);
  const removed = reader.list(idBytes, () => reader.u53());
  reader.end();
  if (removed.length > removedMembersMax) throw frameInvalid('it has too many removed members');
  return removed;
}

function windowNode(name: string): NodeId | undefined {
  if (!name.startsWith(windowPrefix)) return undefined;
  const node = Number(name.slice(windowPrefix.length));
  return Number.isSafeInteger(node) && node > 0 ? node : undefined;
}

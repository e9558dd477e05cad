/**
 * The replicated state machine: what consecutive entries of the log do to the state. Pure: the
 * caller reads the entries of the store before, and writes the result after, in one transaction.
 * Every node computes the same from the same log: no clock, no chance, sorted iteration.
 */
import { assert } from '../../shared/assert.ts';
import { ByteWriter } from '../link/byte-writer.ts';
import { writeConf } from '../link/message-codec.ts';
import type { StateWrite } from '../ports/state-storage.ts';
import type { CommitAnswer, Entry, WatchChange, WatchEvent } from '../ports/store.ts';
import { type ConfChange, changeConf } from '../raft/conf-change.ts';
import { decodeConfChange } from '../raft/conf-change-codec.ts';
import { union } from '../raft/ids.ts';
import type { ConfState, Entry as LogEntry, NodeId } from '../raft/types.ts';
import { applyTransaction } from '../store/apply.ts';
import { addHash, changeDigest, type Hash } from './digest.ts';
import { decodeProposal, type ProposalId, type StampedProposal } from './entry-codec.ts';
import { checkpointEntries, checkpointsKeptMax, removedMembersMax } from './limits.ts';
import {
  checkpointsRecord,
  encodeCheckpoints,
  encodeHead,
  encodeRemoved,
  headRecord,
  type MachineState,
  removedRecord,
  windowRecord,
} from './machine-state.ts';
import { isMember, membersOf } from './members.ts';
import { type Judgement, ResultWindow } from './result-window.ts';

/** An entry of the log, read. */
export type Command =
  | { readonly kind: 'none' }
  | { readonly kind: 'proposal'; readonly proposal: StampedProposal }
  | { readonly kind: 'conf-change'; readonly change: ConfChange };

export interface Outcome {
  readonly id: ProposalId;
  readonly judgement: Judgement | 'not-a-member';
  /** Of a proposal that was applied now. */
  readonly answer: CommitAnswer | undefined;
}

export interface AppliedEntries {
  readonly state: MachineState;
  readonly write: StateWrite;
  readonly outcomes: readonly Outcome[];
  /** Changes of members, for the core, in their order. */
  readonly confChanges: readonly { readonly index: number; readonly change: ConfChange }[];
}

/** Throws `replica.entry-unknown`: then this build must not go on. */
export function readCommand({ type, data }: LogEntry): Command {
  if (type === 'conf-change') return { kind: 'conf-change', change: decodeConfChange(data) };
  return data.length === 0
    ? { kind: 'none' }
    : { kind: 'proposal', proposal: decodeProposal(data) };
}

/** The keys of the store that the commands may read or write, each once. */
export function keysOf(commands: readonly Command[]): readonly string[] {
  const keys = new Set<string>();
  for (const command of commands) {
    if (command.kind !== 'proposal' || command.proposal.body.kind !== 'transaction') continue;
    const { compare, then, else: otherwise } = command.proposal.body.transaction;
    for (const { key } of [...compare, ...then, ...otherwise]) keys.add(key);
  }
  return [...keys];
}

/** Applies the entries after `state`; `read` gives what the keys of `keysOf` hold in it. */
export function applyEntries(
  state: MachineState,
  batch: readonly { readonly entry: LogEntry; readonly command: Command }[],
  read: (key: string) => Entry | undefined,
  hash: Hash,
): AppliedEntries {
  const run = new Run(state, read, hash);
  for (const { entry, command } of batch) run.apply(entry, command);
  return run.finish();
}

/** One batch under way. */
class Run {
  readonly #before: MachineState;
  readonly #read: (key: string) => Entry | undefined;
  readonly #hash: Hash;
  #state: MachineState;
  readonly #entries = new Map<string, Entry | undefined>();
  readonly #events: WatchEvent[] = [];
  readonly #outcomes: Outcome[] = [];
  readonly #confChanges: { index: number; change: ConfChange }[] = [];
  /** Windows that were copied, to be changed and written. */
  readonly #windows = new Map<NodeId, ResultWindow>();

  constructor(state: MachineState, read: (key: string) => Entry | undefined, hash: Hash) {
    this.#before = state;
    this.#state = state;
    this.#read = read;
    this.#hash = hash;
  }

  apply({ index, term }: LogEntry, command: Command): void {
    assert(index === this.#state.applied.index + 1, 'entries are applied one after another');
    if (command.kind === 'proposal') this.#propose(command.proposal);
    if (command.kind === 'conf-change') this.#changeMembers(index, command.change);
    this.#state = { ...this.#state, applied: { index, term } };
    if (index % checkpointEntries === 0) this.#checkpoint(index);
  }

  finish(): AppliedEntries {
    const state = this.#state;
    const records = new Map<string, Uint8Array | undefined>([[headRecord, encodeHead(state)]]);
    if (state.checkpoints !== this.#before.checkpoints) {
      records.set(checkpointsRecord, encodeCheckpoints(state.checkpoints));
    }
    if (state.removed !== this.#before.removed) {
      records.set(removedRecord, encodeRemoved(state.removed));
    }
    for (const node of union([...this.#windows.keys()], [...this.#before.windows.keys()])) {
      const window = state.windows.get(node);
      if (window !== this.#before.windows.get(node)) {
        records.set(windowRecord(node), window?.encode());
      }
    }
    const { revision } = state;
    const write = { revision, entries: this.#entries, events: this.#events, records };
    return { state, write, outcomes: this.#outcomes, confChanges: this.#confChanges };
  }

  #propose(proposal: StampedProposal): void {
    const { node, start, nonce, sequence, stampMs } = proposal;
    // Time passes also with what is skipped: the stamp is in the log.
    const clusterTimeMs = Math.max(this.#state.clusterTimeMs, stampMs);
    this.#state = { ...this.#state, clusterTimeMs };
    const id = { node, start, nonce, sequence };
    if (!isMember(this.#state.conf, node)) {
      this.#outcomes.push({ id, judgement: 'not-a-member', answer: undefined });
      return;
    }
    const window = this.#windowOf(node);
    const judgement = window.judge(proposal);
    const answer = judgement === 'new' ? this.#execute(proposal, window) : undefined;
    if (answer !== undefined) window.record(sequence, answer);
    this.#outcomes.push({ id, judgement, answer });
  }

  #execute({ body }: StampedProposal, window: ResultWindow): CommitAnswer {
    const { revision, clusterTimeMs } = this.#state;
    if (body.kind === 'start') {
      const succeeded = window.tellFolder(body.incarnation);
      return { succeeded, revision, clusterTimeMs, reads: [] };
    }
    const current = (key: string): Entry | undefined =>
      this.#entries.has(key) ? this.#entries.get(key) : this.#read(key);
    const applied = applyTransaction(current, body.transaction, revision + 1);
    if (applied.changes.length > 0) this.#change(applied.changes, current);
    const { succeeded, reads } = applied;
    return { succeeded, reads, revision: this.#state.revision, clusterTimeMs };
  }

  #change(changes: readonly WatchChange[], current: (key: string) => Entry | undefined): void {
    const revision = this.#state.revision + 1;
    let { digest } = this.#state;
    for (const change of changes) {
      const key = change.kind === 'put' ? change.entry.key : change.key;
      const after = change.kind === 'put' ? change.entry : undefined;
      digest = changeDigest(this.#hash, digest, current(key), after);
      this.#entries.set(key, after);
    }
    this.#events.push({ revision, changes });
    this.#state = { ...this.#state, revision, digest };
  }

  #changeMembers(index: number, change: ConfChange): void {
    const result = changeConf(this.#state.conf, change);
    assert(result.ok, 'a committed change is possible');
    const { conf } = result;
    const windows = new Map([...this.#state.windows].filter(([node]) => isMember(conf, node)));
    const removed = removedAfter(this.#state, conf);
    this.#state = { ...this.#state, conf, removed, windows };
    for (const node of this.#windows.keys()) {
      if (!isMember(conf, node)) this.#windows.delete(node);
    }
    this.#confChanges.push({ index, change });
  }

  #checkpoint(index: number): void {
    const { digest, checkpoints } = this.#state;
    const whole = addHash(digest, this.#hash(systemRow(this.#state)));
    const kept = [...checkpoints, { index, digest: whole }].slice(-checkpointsKeptMax);
    this.#state = { ...this.#state, checkpoints: kept };
  }

  /** A copy, once a batch: the state before must stay what it is until the write is done. */
  #windowOf(node: NodeId): ResultWindow {
    const copied = this.#windows.get(node);
    if (copied !== undefined) return copied;
    const window = this.#state.windows.get(node)?.clone() ?? new ResultWindow();
    this.#windows.set(node, window);
    const isNew = !this.#state.windows.has(node);
    // In the place of the one before, or in its order.
    const windows = new Map(this.#state.windows).set(node, window);
    const sorted = isNew ? new Map([...windows].toSorted(([a], [b]) => a - b)) : windows;
    this.#state = { ...this.#state, windows: sorted };
    return window;
  }
}

/** Who was ever removed, when the configuration that follows is this one. */
function removedAfter({ conf, removed }: MachineState, next: ConfState): readonly NodeId[] {
  const gone = membersOf(conf).filter((id) => !isMember(next, id));
  return gone.length === 0 ? removed : union(removed, gone).slice(-removedMembersMax);
}

/** What a checkpoint covers beside the entries. */
function systemRow(state: MachineState): Uint8Array {
  const { revision, clusterTimeMs, conf, removed, windows } = state;
  const writer = new ByteWriter().u53(revision).u53(clusterTimeMs);
  writeConf(writer, conf);
  writer.bytes(encodeRemoved(removed));
  for (const [node, window] of windows) writer.u53(node).bytes(window.encode());
  return writer.finish();
}

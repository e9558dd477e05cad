/**
 * The receiving side of a snapshot: pulls chunks, verifies each by the chain of hashes, stages the
 * entries beside the state, and at the end compares their digest with the one in the records. Only
 * then the core hears of the snapshot, and only when the core wants it, it takes the state's place.
 */
import { assert } from '../../shared/assert.ts';
import { isFailure } from '../../shared/errors/failure.ts';
import type { PeerFrame, SnapshotChunk } from '../link/peer-frame.ts';
import type { StateImport, StateStorage } from '../ports/state-storage.ts';
import type { Entry } from '../ports/store.ts';
import type { WriteDone, WriteOutcome } from '../ports/write-outcome.ts';
import type { MsgSnap } from '../raft/messages.ts';
import type { EntryId, NodeId, Snapshot } from '../raft/types.ts';
import { compareKeys } from '../store/keys.ts';
import { changeDigest, emptyDigest, type Hash, sameBytes } from './digest.ts';
import { snapshotDamagedChunksMax, snapshotRecordsMax, snapshotWantTicks } from './limits.ts';
import { loadMachineState, type MachineState } from './machine-state.ts';
import { ItemReader, type SnapshotItem } from './snapshot-codec.ts';
import { chainStart, nextChain } from './snapshot-content.ts';

export interface ReceiverHost {
  send(peer: NodeId, frame: PeerFrame): void;
  /** All of it is here and verified: the core may decide. */
  complete(message: MsgSnap): void;
  told(peer: NodeId, snapshot: EntryId, step: 'receiving' | 'received' | 'given-up'): void;
  damaged(peer: NodeId, offset: number): void;
  readonly failed: (reason: unknown) => void;
  readonly turnEnded: () => void;
}

interface Incoming {
  readonly peer: NodeId;
  readonly transfer: number;
  readonly target: StateImport;
  readonly reader: ItemReader;
  readonly records: Map<string, Uint8Array>;
  message: MsgSnap;
  offset: number;
  chain: Uint8Array;
  digest: Uint8Array;
  lastKey: string | undefined;
  /** Chunks that were damaged on the way. */
  damagedChunks: number;
  /** Ticks since the last question. */
  waitingTicks: number;
  state: 'waiting' | 'staging' | 'complete' | 'installing';
  /** Of a complete one. */
  machine: MachineState | undefined;
}

export class SnapshotReceiver {
  readonly #storage: StateStorage;
  readonly #hash: Hash;
  readonly #host: ReceiverHost;
  #incoming: Incoming | undefined;

  constructor(storage: StateStorage, hash: Hash, host: ReceiverHost) {
    this.#storage = storage;
    this.#hash = hash;
    this.#host = host;
  }

  /** Where the verified snapshot stands that waits for the core's word. */
  get completeIndex(): number | undefined {
    const incoming = this.#incoming;
    return incoming?.state === 'complete' ? incoming.machine?.applied.index : undefined;
  }

  offer(peer: NodeId, transfer: number, message: MsgSnap): void {
    const incoming = this.#incoming;
    if (incoming?.state === 'installing') return;
    if (incoming?.peer === peer && incoming.transfer === transfer) {
      incoming.message = message;
      if (incoming.state === 'complete') this.#host.complete(message);
      else if (incoming.state === 'waiting') this.#want(incoming);
      return;
    }
    this.abandon();
    this.#incoming = this.#begin(peer, transfer, message);
    this.#host.told(peer, message.snapshot, 'receiving');
    this.#want(this.#incoming);
  }

  chunk(peer: NodeId, chunk: SnapshotChunk): void {
    const incoming = this.#incoming;
    if (incoming?.peer !== peer || incoming.transfer !== chunk.transfer) return;
    if (incoming.state !== 'waiting' || chunk.offset !== incoming.offset) return;
    const chain = nextChain(this.#hash, incoming.chain, chunk.bytes);
    if (!sameBytes(chain, chunk.chain)) return this.#askAgain(incoming);
    const items = this.#read(incoming, chunk.bytes);
    if (items === undefined) return this.abandon();
    incoming.chain = chain;
    incoming.offset += chunk.bytes.length;
    this.#stage(incoming, items, chunk.last);
  }

  tick(): void {
    const incoming = this.#incoming;
    if (incoming?.state !== 'waiting') return;
    incoming.waitingTicks += 1;
    if (incoming.waitingTicks >= snapshotWantTicks) this.#want(incoming);
  }

  /** Puts the complete snapshot in place of the state. */
  install(snapshot: Snapshot, done: WriteDone): void {
    const incoming = this.#incoming;
    assert(incoming?.machine !== undefined, 'only a complete snapshot is installed');
    assert(incoming.machine.applied.index === snapshot.index, 'it is the one the core decided on');
    incoming.state = 'installing';
    incoming.target.install(incoming.machine.revision, incoming.records, done);
  }

  /** It has been installed: the state that is now in force. */
  takeInstalled(): { readonly peer: NodeId; readonly machine: MachineState } {
    const incoming = this.#incoming;
    assert(incoming?.machine !== undefined, 'a snapshot was installed');
    assert(incoming.state === 'installing', 'it was put in place');
    this.#incoming = undefined;
    return { peer: incoming.peer, machine: incoming.machine };
  }

  abandon(): void {
    const incoming = this.#incoming;
    if (incoming === undefined) return;
    this.#incoming = undefined;
    // One that is being put in place ends as it ends.
    if (incoming.state !== 'installing') incoming.target.abandon();
    this.#host.told(incoming.peer, incoming.message.snapshot, 'given-up');
  }

  #begin(peer: NodeId, transfer: number, message: MsgSnap): Incoming {
    return {
      peer,
      transfer,
      message,
      target: this.#storage.openImport(),
      reader: new ItemReader(),
      records: new Map(),
      offset: 0,
      chain: chainStart,
      digest: emptyDigest(),
      lastKey: undefined,
      damagedChunks: 0,
      waitingTicks: 0,
      state: 'waiting',
      machine: undefined,
    };
  }

  #want(incoming: Incoming): void {
    incoming.waitingTicks = 0;
    const { transfer, offset } = incoming;
    this.#host.send(incoming.peer, { type: 'snapshot-want', transfer, offset });
  }

  #askAgain(incoming: Incoming): void {
    incoming.damagedChunks += 1;
    this.#host.damaged(incoming.peer, incoming.offset);
    if (incoming.damagedChunks >= snapshotDamagedChunksMax) this.abandon();
    else this.#want(incoming);
  }

  #read(incoming: Incoming, bytes: Uint8Array): readonly SnapshotItem[] | undefined {
    try {
      return incoming.reader.feed(bytes);
    } catch (error) {
      if (!isFailure(error, 'link.frame-invalid')) throw error;
      return undefined;
    }
  }

  #stage(incoming: Incoming, items: readonly SnapshotItem[], isLast: boolean): void {
    const entries: Entry[] = [];
    for (const item of items) {
      if (item.kind === 'entry') entries.push(item.entry);
      if (item.kind === 'record') incoming.records.set(item.name, item.bytes);
    }
    const isSound = this.#count(incoming, entries) && incoming.records.size <= snapshotRecordsMax;
    if (!isSound) return this.abandon();
    const isEnded = items.at(-1)?.kind === 'end' && incoming.reader.isAtEnd;
    if (isEnded !== isLast) return this.abandon();
    incoming.state = 'staging';
    incoming.target.add(entries, (outcome) => this.#staged(incoming, isLast, outcome));
  }

  /** Entries rise by key: none is there twice, and all count in the digest. */
  #count(incoming: Incoming, entries: readonly Entry[]): boolean {
    for (const entry of entries) {
      const { lastKey } = incoming;
      if (lastKey !== undefined && compareKeys(lastKey, entry.key) >= 0) return false;
      incoming.lastKey = entry.key;
      incoming.digest = changeDigest(this.#hash, incoming.digest, undefined, entry);
    }
    return true;
  }

  #staged(incoming: Incoming, isLast: boolean, outcome: WriteOutcome): void {
    if (this.#incoming !== incoming) return;
    if (outcome.kind === 'failed') return this.#host.failed(outcome.reason);
    if (outcome.kind === 'full') this.abandon();
    else if (isLast) this.#complete(incoming);
    else {
      incoming.state = 'waiting';
      this.#want(incoming);
    }
    this.#host.turnEnded();
  }

  #complete(incoming: Incoming): void {
    const machine = this.#verified(incoming);
    if (machine === undefined) return this.abandon();
    incoming.machine = machine;
    incoming.state = 'complete';
    this.#host.told(incoming.peer, machine.applied, 'received');
    this.#host.complete(incoming.message);
  }

  /** The records' state, if it is the one that was announced and the entries are its entries. */
  #verified({ records, message, digest }: Incoming): MachineState | undefined {
    const names = [...records.keys()].toSorted(compareKeys);
    try {
      const source = { record: (name: string) => records.get(name), recordNames: () => names };
      const machine = loadMachineState(source);
      const { index, term } = message.snapshot;
      const isAnnounced = machine?.applied.index === index && machine.applied.term === term;
      return isAnnounced && sameBytes(machine.digest, digest) ? machine : undefined;
    } catch (error) {
      if (!isFailure(error, 'replica.state-damaged')) throw error;
      return undefined;
    }
  }
}

/**
 * Snapshots on their way to peers that the log cannot serve any more. A transfer is one frozen copy
 * of the state; the receiver pulls it chunk by chunk, and goes on where it was when the link comes
 * back. The core of the receiver hears of it when everything is there and verified.
 */
import type { PeerFrame } from '../link/peer-frame.ts';
import type { StateExport, StateStorage } from '../ports/state-storage.ts';
import type { SnapshotReport } from '../raft/leader.ts';
import type { MsgSnap } from '../raft/messages.ts';
import type { EntryId, NodeId } from '../raft/types.ts';
import type { Hash } from './digest.ts';
import { snapshotSilenceTicksMax, snapshotTransfersMax } from './limits.ts';
import { loadMachineState } from './machine-state.ts';
import { SnapshotContent } from './snapshot-content.ts';

export interface SenderHost {
  send(peer: NodeId, frame: PeerFrame): boolean;
  /** For the core's view of the peer. */
  report(peer: NodeId, report: SnapshotReport): void;
  told(peer: NodeId, snapshot: EntryId, step: 'sending' | 'sent' | 'given-up'): void;
  readonly failed: (reason: unknown) => void;
  readonly turnEnded: () => void;
}

interface Transfer {
  readonly peer: NodeId;
  readonly number: number;
  readonly source: StateExport;
  readonly content: SnapshotContent;
  /** The newest announcement of the core, of the state that is really being sent. */
  message: MsgSnap;
  silentTicks: number;
}

export class SnapshotSender {
  readonly #storage: StateStorage;
  readonly #hash: Hash;
  readonly #host: SenderHost;
  /** By peer; undefined while its export is being opened. */
  readonly #transfers = new Map<NodeId, Transfer | undefined>();
  #nextNumber: number;

  /** Numbers of transfers are not used again: `numbersFrom` is of this start. */
  constructor(storage: StateStorage, hash: Hash, numbersFrom: number, host: SenderHost) {
    this.#storage = storage;
    this.#hash = hash;
    this.#nextNumber = numbersFrom;
    this.#host = host;
  }

  /** The lowest index that a receiver will go on from: the log is kept behind it. */
  get pinnedIndex(): number | undefined {
    const indexes = [...this.#transfers.values()].map((transfer) => {
      return transfer === undefined ? 0 : transfer.message.snapshot.index;
    });
    return indexes.length === 0 ? undefined : Math.min(...indexes);
  }

  /** The core wants the peer to have a snapshot. A transfer that goes on is announced again. */
  begin(message: MsgSnap, firstIndex: number): void {
    const { to: peer } = message;
    const running = this.#transfers.get(peer);
    if (running !== undefined && running.message.snapshot.index + 1 >= firstIndex) {
      running.message = { ...message, snapshot: running.message.snapshot };
      this.#offer(running);
      return;
    }
    if (running !== undefined) this.#end(running, 'given-up');
    const isBusy = this.#transfers.size >= snapshotTransfersMax || this.#transfers.has(peer);
    if (isBusy) return this.#host.report(peer, 'failure');
    this.#transfers.set(peer, undefined);
    this.#storage.openExport((source) => {
      this.#opened(message, source);
      this.#host.turnEnded();
    });
  }

  /** The peer asks for the chunk at an offset. */
  want(peer: NodeId, number: number, offset: number): void {
    const transfer = this.#transfers.get(peer);
    if (transfer?.number !== number) return;
    transfer.silentTicks = 0;
    this.#host.report(peer, 'progress');
    if (transfer.content.isBusy) return;
    transfer.content.chunkAt(offset, (made) => {
      if (!made.ok) return this.#host.failed(made.reason);
      if (this.#transfers.get(peer) !== transfer) return;
      this.#host.send(peer, { type: 'snapshot-chunk', transfer: number, ...made.chunk });
      this.#host.turnEnded();
    });
  }

  /** The link is back: the peer is told again what lies ready for it. */
  linkUp(peer: NodeId): void {
    const transfer = this.#transfers.get(peer);
    if (transfer !== undefined) this.#offer(transfer);
  }

  /** The peer's log is at this index: it needs no snapshot before it any more. */
  acknowledged(peer: NodeId, index: number): void {
    const transfer = this.#transfers.get(peer);
    if (transfer === undefined || index < transfer.message.snapshot.index) return;
    this.#end(transfer, 'sent');
  }

  tick(): void {
    for (const transfer of this.#transfers.values()) {
      if (transfer === undefined) continue;
      transfer.silentTicks += 1;
      if (transfer.silentTicks >= snapshotSilenceTicksMax) this.#end(transfer, 'given-up');
    }
  }

  /** This node leads no more, or closes. */
  endAll(): void {
    for (const transfer of this.#transfers.values()) {
      if (transfer !== undefined) this.#end(transfer, 'given-up');
    }
    this.#transfers.clear();
  }

  #opened(message: MsgSnap, source: StateExport | undefined): void {
    const { to: peer } = message;
    // It was given up meanwhile, and perhaps begun anew.
    const isExpected = this.#transfers.has(peer) && this.#transfers.get(peer) === undefined;
    if (!isExpected) return source?.close();
    const machine = source === undefined ? undefined : loadMachineState(source);
    if (source === undefined || machine === undefined) {
      this.#transfers.delete(peer);
      source?.close();
      return this.#host.report(peer, 'failure');
    }
    // The state may have gone on since the core looked at it: what counts is what is sent.
    const snapshot = { ...machine.applied, confState: machine.conf };
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const content = new SnapshotContent(source, this.#hash);
    const whole = { ...message, snapshot };
    const transfer = { peer, number, source, content, message: whole, silentTicks: 0 };
    this.#transfers.set(peer, transfer);
    this.#host.told(peer, machine.applied, 'sending');
    this.#offer(transfer);
  }

  #offer({ peer, number: transfer, message }: Transfer): void {
    const isSent = this.#host.send(peer, { type: 'snapshot-offer', transfer, message });
    if (!isSent) this.#host.report(peer, 'failure');
  }

  #end({ peer, source, message }: Transfer, step: 'sent' | 'given-up'): void {
    this.#transfers.delete(peer);
    source.close();
    this.#host.told(peer, message.snapshot, step);
  }
}

/** The real driver of src/replica, over the simulated ports. */
import { hash } from 'node:crypto';
import { assert } from '../../../shared/assert.ts';
import type { LogStorage } from '../../../src/ports/log-storage.ts';
import type { WriteDone } from '../../../src/ports/write-outcome.ts';
import type { Transaction } from '../../../src/ports/store.ts';
import type { StartRecord } from '../../../src/link/hello.ts';
import type { ConfChange } from '../../../src/raft/conf-change.ts';
import type { RawNode } from '../../../src/raft/raw-node.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { ConfState, NodeId } from '../../../src/raft/types.ts';
import type { ReplicaEvent } from '../../../src/replica/events.ts';
import { encodeRecords } from '../../../src/replica/machine-state.ts';
import { type Replica, startReplica } from '../../../src/replica/replica.ts';
import type { ProposalResult } from '../../../src/replica/proposer.ts';
import type { Happening } from '../check/findings.ts';
import type { SimState } from '../world/sim-state.ts';
import type { NodeContext } from './context.ts';
import type { Host, OutcomeDone, WriteRequest } from './host.ts';

/** Ticks that a client's request may take: longer than some clients wait, and not than others. */
const limitTicks = 16;

export interface ReplicaDisk {
  readonly log: LogStorage;
  readonly state: SimState;
  readonly incarnation: number;
  readonly start: StartRecord;
  /** The first members, on a node that founds the cluster with them. */
  readonly founders: readonly NodeId[];
  readonly contacts: readonly NodeId[];
}

export class ReplicaHost implements Host {
  readonly #context: NodeContext;
  readonly #state: SimState;
  #replica: Replica | undefined;
  #onTick: (elapsedMs: number) => void = () => {};
  #isSealed = false;
  #toldTimeMs = 0;

  constructor(context: NodeContext, disk: ReplicaDisk) {
    this.#context = context;
    this.#state = disk.state;
    const { sizes, tickMs, chance, clock, link } = context;
    const { electionTicks, heartbeatTicks } = sizes;
    startReplica(
      {
        identity: {
          clusterId: 'simulated',
          node: context.id,
          incarnation: incarnationOf(disk.incarnation),
          ...disk.start,
          timings: { tickMs, electionTicks, heartbeatTicks },
        },
        ports: {
          log: inTurns(context, disk.log),
          state: disk.state.inTurns((run) => context.turn(run)),
          link,
          ticker: {
            start: (_periodMs, onTick) => {
              this.#onTick = onTick;
              return () => {
                this.#onTick = () => {};
              };
            },
          },
          clock,
        },
        hash: sha256,
        draw: (bound) => chance.below(bound),
        found: disk.founders.length > 0 ? { ...emptyConf, voters: disk.founders } : undefined,
        contacts: disk.contacts,
        sizes,
        fit: true,
        emit: (event) => {
          const happening = happeningOf(event);
          if (happening !== undefined) context.witness.happened(happening);
        },
        onFatal: (reason) => context.die(`the driver gives up: ${String(reason)}`),
      },
      (replica) => {
        this.#replica = replica;
        if (this.#isSealed) replica.setFit(false);
      },
    );
  }

  get core(): RawNode | undefined {
    return this.#replica?.core;
  }

  elapsed(elapsedMs: number): void {
    this.#onTick(elapsedMs);
    const replica = this.#replica;
    if (replica === undefined) return;
    assert(!(this.#isSealed && replica.hasDuties), 'a sealed node has no duties');
    const timeMs = replica.readTimeMs();
    assert(timeMs >= this.#toldTimeMs, 'cluster time never falls');
    this.#toldTimeMs = timeMs;
  }

  write(request: WriteRequest, done: OutcomeDone): void {
    const { key, value } = request;
    this.#try(done, (replica) => {
      replica.submit(transactionOf(request), limitTicks, (result) => {
        if (!result.ok) done({ kind: isUnknown(result) ? 'unknown' : 'refused' });
        else {
          const { succeeded, revision, reads } = result.answer;
          const [read] = reads;
          if (succeeded) done({ kind: 'done', revision, value, keyRevision: revision, succeeded });
          else if (read?.kind !== 'entry') {
            done({ kind: 'done', revision, value: 0, keyRevision: 0, succeeded });
          } else {
            const { entry } = read;
            assert(entry.key === nameOf(key), 'what was asked for is read');
            const seen = { value: valueOf(entry.value), keyRevision: entry.modRevision };
            done({ kind: 'done', revision, ...seen, succeeded });
          }
        }
      });
    });
  }

  read(key: number, done: OutcomeDone): void {
    this.#try(done, (replica) => {
      replica.read(limitTicks, (error) => {
        if (error === undefined) this.#readNow(replica, key, done);
        else done({ kind: 'refused' });
      });
    });
  }

  transfer(to: NodeId): void {
    this.#replica?.handOver(to);
  }

  change(change: ConfChange): void {
    this.#replica?.changeMembers(change);
  }

  /** The driver cuts its log by itself, behind what is durable of the state. */
  compact(): void {
    this.#state.checkpoint();
  }

  setSealed(isSealed: boolean): void {
    this.#isSealed = isSealed;
    this.#replica?.setFit(!isSealed);
  }

  get appliedIndex(): number {
    return this.#replica?.machine.applied.index ?? 0;
  }

  digest(): { index: number; text: string } {
    const machine = this.#replica?.machine;
    if (machine === undefined) return { index: 0, text: '' };
    let text = '';
    for (const [name, bytes] of encodeRecords(machine)) text += `${name} ${latin1(bytes)}\n`;
    return { index: machine.applied.index, text };
  }

  #try(done: OutcomeDone, ask: (replica: Replica) => void): void {
    if (this.#replica === undefined) {
      done({ kind: 'refused' });
      return;
    }
    try {
      ask(this.#replica);
    } catch {
      // Refused at once: nothing was asked for.
      done({ kind: 'refused' });
    }
  }

  #readNow(replica: Replica, key: number, done: OutcomeDone): void {
    this.#state
      .inTurns((run) => this.#context.turn(run))
      .readEntries([nameOf(key)], (read) => {
        assert(read.ok, 'the simulated state can be read');
        const [entry] = read.value;
        const keyRevision = entry?.modRevision ?? 0;
        const value = entry === undefined ? 0 : valueOf(entry.value);
        // The storage may be ahead of the driver, never behind.
        const revision = Math.max(replica.machine.revision, keyRevision);
        done({ kind: 'done', revision, value, keyRevision, succeeded: true });
      });
  }
}

/** What of it counts. Disks do not rot in these worlds: so no digest may ever differ. */
function happeningOf(event: ReplicaEvent): Happening | undefined {
  switch (event.type) {
    case 'digests-differ':
    case 'quarantined':
      assert(false, 'the digests of two nodes differ');
      return undefined;
    case 'raft':
      return event.event.type === 'conf-switched' ? confHappening(event.event.conf) : undefined;
    case 'snapshot':
      return event.step === 'installed' ? 'snapshots' : undefined;
    case 'fitness':
      return event.fit ? undefined : 'seals';
    case 'hand-over':
      return 'hand-overs';
    case 'start-refused':
      return 'refused-starts';
    case 'proposal-skipped':
      return 'repeated-proposals';
    case 'stalled':
      return 'stalls';
    case 'ticks-skipped':
      return 'skipped-ticks';
    default:
      return undefined;
  }
}

function confHappening({ votersOutgoing }: ConfState): Happening {
  return votersOutgoing.length > 0 ? 'joint-confs' : 'conf-changes';
}

function transactionOf({ key, value, ifRevision }: WriteRequest): Transaction {
  const name = nameOf(key);
  const compare = ifRevision === undefined ? [] : [{ key: name, modRevision: ifRevision }];
  const then = [{ kind: 'put', key: name, value: bytesOf(value) }] as const;
  return { compare, then, else: [{ kind: 'get', key: name }] };
}

function isUnknown(result: ProposalResult): boolean {
  if (result.ok) return false;
  const { code } = result.error;
  return code === 'replica.outcome-unknown' || code === 'store.io';
}

/** Completions come as turns of the process. */
function inTurns(context: NodeContext, log: LogStorage): LogStorage {
  const later = (done: WriteDone): WriteDone => {
    return (outcome) => context.turn(() => done(outcome));
  };
  return {
    hardState: () => log.hardState(),
    firstIndex: () => log.firstIndex(),
    lastIndex: () => log.lastIndex(),
    term: (index) => log.term(index),
    entries: (low, high, bytesMax) => log.entries(low, high, bytesMax),
    append: (batch, done) => log.append(batch, later(done)),
    reset: (start, done) => log.reset(start, later(done)),
    cut: (index) => log.cut(index),
  };
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

function incarnationOf(incarnation: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, incarnation);
  return bytes;
}

function nameOf(key: number): string {
  return `key/${key}`;
}

function bytesOf(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function valueOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}

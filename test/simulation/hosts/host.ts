/**
 * A node as the simulated world sees it: a body that survives crashes (its disk), and while it runs
 * a host (a driver with its core). Two kinds exist: one that is only the core with the least around
 * it, and the real driver.
 */
import type { ConfChange } from '../../../src/raft/conf-change.ts';
import type { RawNode } from '../../../src/raft/raw-node.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import type { Disk } from '../world/disk.ts';
import type { SimLog } from '../world/sim-log.ts';
import type { NodeContext } from './context.ts';

/** What a client asks for: keys and values are numbers, each value is written once. */
export interface WriteRequest {
  readonly key: number;
  readonly value: number;
  /** Only if this is the key's revision (0: it is absent); undefined: in any case. */
  readonly ifRevision: number | undefined;
}

/**
 * - `done`: it is in the log at `revision`; `value` is the key's afterwards, and `keyRevision` is
 *   when that was written.
 * - `refused`: it never was and never will be.
 * - `unknown`: either.
 */
export type Outcome =
  | {
      readonly kind: 'done';
      readonly revision: number;
      readonly value: number;
      readonly keyRevision: number;
      readonly succeeded: boolean;
    }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' };

export type OutcomeDone = (outcome: Outcome) => void;

export interface Host {
  /** Undefined until the driver has put its disk in order. */
  readonly core: RawNode | undefined;
  /** Monotonic time has passed since the last call. */
  elapsed(elapsedMs: number): void;
  write(request: WriteRequest, done: OutcomeDone): void;
  /** A linearizable read. */
  read(key: number, done: OutcomeDone): void;
  transfer(to: NodeId): void;
  change(change: ConfChange): void;
  /** Lets go of what is not needed any more. */
  compact(): void;
  setSealed(isSealed: boolean): void;
  /** Up to where the state is applied. */
  readonly appliedIndex: number;
  /** What the state came to, as one text, to be compared at one applied index. */
  digest(): { readonly index: number; readonly text: string };
}

export interface Body {
  readonly id: NodeId;
  readonly disk: Disk;
  readonly log: SimLog;
  /** Opens the disk and starts; throws where the node refuses to. */
  start(context: NodeContext): Host;
  /** How often it has started. */
  readonly startCounter: number;
  /** Whether its durable state tells that the node has started so often. */
  knowsStart(node: NodeId, startCounter: number): boolean;
  /** While no process runs: everything on the disk is gone. */
  loseDisk(): void;
  /** Remembers what is durable now, as a backup would. */
  keepImage(): void;
  /** What is remembered is of an earlier start than the present one. */
  readonly hasOlderImage: boolean;
  /** While no process runs: what was remembered takes the place of what is there. */
  restoreImage(): void;
  /** The process has ended: the disk falls back to what is durable. */
  crash(): void;
}

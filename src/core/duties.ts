/**
 * What the core does by itself, once in a cluster: at present, ending tokens whose time has come.
 * It runs on the agent that leads, while unsealed. A duty of an older leader that wakes up late
 * changes nothing: every commit compares the fence, an entry that each new leader writes anew.
 *
 * The work goes by the expiry order: the duty looks at what is due, does a bounded batch, and
 * sleeps until the next deadline, but never for long, because another agent may have brought an
 * earlier one.
 */
import { AssertionFailure } from '../../shared/assert.ts';
import type { DutyEntry } from '../../shared/audit/entry.ts';
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { commitNote } from '../audit/commit-note.ts';
import type { AuditHasher } from '../audit/hasher.ts';
import { auditTime } from '../audit/time.ts';
import { rootNamespaceId } from '../namespaces/layout.ts';
import type { Clock, Timers } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Intents } from '../store/intents.ts';
import { type TransactionRoom, transact } from '../store/transact.ts';
import type { Attempt } from '../store/view.ts';
import { decodeJson, encodeJson } from '../store/json-values.ts';
import { type DueTokens, expireTokens, findDueTokens } from '../tokens/token-expiry.ts';
import { dutyIntervalMsMax, dutyRetryMs, dutyTurnsMax } from './limits.ts';
import type { RecordTrail } from './steps/audit.ts';

/** The fence: which leader's duties may commit. */
const fencePrefix = 'core/';
const fenceKey = 'duties';

interface Fence {
  readonly node: string;
  readonly term: number;
}

export interface DutyParts {
  readonly room: TransactionRoom;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly trail: RecordTrail;
  readonly hasher: AuditHasher;
  readonly intents: Intents;
  readonly log: Log;
  readonly nodeId: string;
  readonly onFatal: (error: AssertionFailure) => void;
}

export class Duties {
  readonly #parts: DutyParts;
  #term: number | undefined;
  #unsealed = false;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #disarm: () => void = () => undefined;
  #running: Promise<void> | undefined;

  constructor(parts: DutyParts) {
    this.#parts = parts;
  }

  /** This node leads from now on: its duties begin once it is unsealed. */
  lead(term: number): void {
    this.#term = term;
    this.#wakeIn(0);
  }

  /** Another node leads. */
  notLead(): void {
    this.#term = undefined;
    this.#disarm();
  }

  /** The keys are there. */
  unsealed(): void {
    this.#unsealed = true;
    this.#wakeIn(0);
  }

  /** The keys are gone. Resolves when nothing runs any more. */
  async sealed(): Promise<void> {
    this.#unsealed = false;
    this.#disarm();
    await this.#running;
  }

  /** Something new ends at this cluster time: the duty wakes up in time for it. */
  expects(deadlineMs: number): void {
    if (deadlineMs < this.#wakeAtMs) this.#wakeIn(0);
  }

  /**
   * Does what is due now; resolves when that is done. A run that began earlier may have missed it.
   */
  async runNow(): Promise<void> {
    await this.#running;
    this.#disarm();
    await this.#run();
  }

  #wakeIn(delayMs: number): void {
    this.#disarm();
    if (this.#term === undefined || !this.#unsealed) return;
    const delay = Math.min(Math.max(delayMs, 0), dutyIntervalMsMax);
    this.#disarm = this.#parts.timers.after(delay, () => void this.#run());
  }

  /** One run at a time. Another one that is asked for meanwhile is this one. */
  #run(): Promise<void> {
    this.#running ??= this.#turns().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #turns(): Promise<void> {
    let sleepMs = dutyRetryMs;
    try {
      for (let turns = 0; turns < dutyTurnsMax; turns += 1) {
        const term = this.#term;
        if (term === undefined || !this.#unsealed) return;
        const { due, nextDeadlineMs, nowMs } = await this.#expireTokens(term);
        this.#wakeAtMs = nextDeadlineMs ?? Number.POSITIVE_INFINITY;
        sleepMs = due.length > 0 ? 0 : Math.min(this.#wakeAtMs - nowMs, dutyIntervalMsMax);
        if (due.length === 0) break;
      }
    } catch (error) {
      this.#report(error);
    }
    this.#wakeIn(sleepMs);
  }

  /** Looks, records, acts: what cannot be recorded is not done, for the token is dead anyway. */
  async #expireTokens(term: number): Promise<DueTokens> {
    const { room, intents } = this.#parts;
    const { result: found } = await transact(room, findDueTokens);
    if (found.due.length === 0) return found;
    const { index } = await this.#record(found);
    const work = async (attempt: Attempt): Promise<readonly string[]> => {
      await this.#requireFence(attempt, term);
      return expireTokens(attempt, found.due);
    };
    const note = commitNote(this.#parts.trail.logName, index);
    const { result: trees } = await transact(room, work, { note });
    for (const intent of trees) await intents.run(rootNamespaceId, intent);
    return found;
  }

  /** Takes the fence for this term, or holds it already. Throws for a term that is over. */
  async #requireFence(attempt: Attempt, term: number): Promise<void> {
    const view = attempt.clearView(fencePrefix);
    const stored = await view.get(fenceKey);
    const fence = stored && decodeJson<Fence>(stored.value);
    const own: Fence = { node: this.#parts.nodeId, term };
    if (fence?.node === own.node && fence.term === own.term) return;
    if (fence !== undefined && fence.term > term) throw failure('system.duty-fenced');
    view.put(fenceKey, encodeJson<Fence>(own));
  }

  #record({ due }: DueTokens): Promise<{ readonly index: number }> {
    const { trail, hasher, clock } = this.#parts;
    const known = due.map(({ accessor }) => accessor).filter((accessor) => accessor !== undefined);
    const accessors = hasher.redact(known);
    const entry: DutyEntry = {
      type: 'duty',
      time: auditTime(clock.wallMs()),
      duty: 'token_expiry',
      namespace: { id: rootNamespaceId },
      details: { count: known.length, ...(accessors !== undefined && { accessors }) },
    };
    return trail.append(entry);
  }

  #report(error: unknown): void {
    if (error instanceof AssertionFailure) this.#parts.onFatal(error);
    const code = error instanceof StrongBoxError ? error.code : 'unexpected';
    this.#parts.log.warn('a duty stopped and will be tried again', { duty: 'token_expiry', code });
  }
}

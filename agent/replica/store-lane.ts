/**
 * The lane of a store: everything that waits for its file, and the one thing that is done with it
 * at a time. In turns: all gets that wait, together; then whatever else reads; then as many of the
 * commits as one sync makes durable; then what nobody waits for.
 *
 * It also holds that the store has failed. From then on whatever waits is refused with the reason,
 * and nobody is left waiting, be the fault that of a disk or of our own code.
 */
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import { waitingCommitsMax, waitingReadsMax } from '../../src/limits.ts';
import type { CommitAnswer, GetAnswer, GetRequest, Transaction } from '../../src/ports/store.ts';
import { sqliteFailure } from './sqlite-errors.ts';
import {
  type Refusable,
  rejectAll,
  takeBatch,
  type WaitingCommit,
  type WaitingGet,
  type WaitingJob,
} from './waiting.ts';

/** What is done in a turn. Each answers or refuses all that it is given. */
export interface LaneWork {
  readonly get: (gets: readonly WaitingGet[]) => Promise<void>;
  readonly commit: (commits: readonly WaitingCommit[]) => Promise<void>;
  readonly endTurn: () => Promise<void>;
  /** The store has failed for good; called once. */
  readonly onFailed: (reason: StrongBoxError) => void;
}

export class StoreLane {
  readonly #work: LaneWork;
  readonly #commits: WaitingCommit[] = [];
  #gets: WaitingGet[] = [];
  #jobs: WaitingJob[] = [];
  #running: Promise<void> | undefined;
  #failed: StrongBoxError | undefined;

  constructor(work: LaneWork) {
    this.#work = work;
  }

  /** Why the store never answers again. */
  get failed(): StrongBoxError | undefined {
    return this.#failed;
  }

  /** Throws `store.overloaded`, and what the reading of the file throws. */
  get(requests: readonly GetRequest[]): Promise<GetAnswer> {
    this.#checkReadsWaiting();
    return new Promise((resolve, reject) => {
      this.#gets.push({ requests, resolve, reject });
      this.#start();
    });
  }

  /** Runs another read when its turn comes. Throws what it throws, and `store.overloaded`. */
  read<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    this.#checkReadsWaiting();
    return new Promise((resolve, reject) => {
      this.#jobs.push({ run: async () => resolve(await read()), reject });
      this.#start();
    });
  }

  /** Throws `store.overloaded`, and why it was not committed. */
  commit(transaction: Transaction, bytes: number): Promise<CommitAnswer> {
    if (this.#commits.length >= waitingCommitsMax) throw failure('store.overloaded');
    return new Promise((resolve, reject) => {
      this.#commits.push({ transaction, bytes, resolve, reject });
      this.#start();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Ends the store. */
  fail(reason: StrongBoxError): void {
    if (this.#failed !== undefined) return;
    this.#failed = reason;
    this.#work.onFailed(reason);
  }

  /** Why something failed; where nobody knows, that is the end of the store. */
  reasonOf(error: unknown): StrongBoxError {
    const reason = sqliteFailure(error);
    if (reason.code === 'store.failed') this.fail(reason);
    return reason;
  }

  #checkReadsWaiting(): void {
    if (this.#gets.length + this.#jobs.length < waitingReadsMax) return;
    throw failure('store.overloaded');
  }

  /** Starts where it is idle: after this turn of the loop, with all that it brought. */
  #start(): void {
    this.#running ??= new Promise((resolve) => setImmediate(resolve)).then(() => this.#run());
  }

  async #run(): Promise<void> {
    while (this.#gets.length + this.#jobs.length + this.#commits.length > 0) {
      const gets = this.#takeGets();
      await this.#guarded(gets, () => this.#work.get(gets));
      const jobs = this.#takeJobs();
      await this.#guarded(jobs, () => this.#runJobs(jobs));
      const commits = takeBatch(this.#commits);
      await this.#guarded(commits, () => this.#work.commit(commits));
      await this.#guarded([], () => this.#work.endTurn());
    }
    this.#running = undefined;
  }

  /** A fault of our own leaves nobody waiting: it refuses whom it was for, and ends the store. */
  async #guarded(waiting: readonly Refusable[], run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const reason = sqliteFailure(error);
      rejectAll(waiting, reason);
      this.fail(reason);
    }
  }

  #takeGets(): WaitingGet[] {
    const gets = this.#gets;
    this.#gets = [];
    return gets;
  }

  #takeJobs(): WaitingJob[] {
    const jobs = this.#jobs;
    this.#jobs = [];
    return jobs;
  }

  async #runJobs(jobs: readonly WaitingJob[]): Promise<void> {
    for (const { run, reject } of jobs) {
      if (this.#failed !== undefined) reject(this.#failed);
      else await run().catch((error: unknown) => reject(this.reasonOf(error)));
    }
  }
}

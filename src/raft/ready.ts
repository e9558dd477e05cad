/**
 * What is to be done next: `Ready`, and the messages to disk and state machine that stand for it.
 * Making one hands everything in it out; nothing is handed out twice.
 */
import { assert } from '../../shared/assert.ts';
import type {
  AnswerMessage,
  Message,
  MsgStorageAppend,
  MsgStorageAppendResp,
  MsgStorageApply,
  MsgStorageApplyResp,
} from './messages.ts';
import type { Raft } from './raft.ts';
import {
  type Entry,
  type HardState,
  type NodeId,
  type ReadState,
  type Snapshot,
  type SoftState,
} from './types.ts';

/** Stands for the local disk and the local state machine where a message names its other end. */
export const appendThread: NodeId = Number.MAX_SAFE_INTEGER;
export const applyThread: NodeId = Number.MAX_SAFE_INTEGER - 1;

export interface Ready {
  /** Only if it changed. */
  readonly softState: SoftState | undefined;
  /** Only if it changed. */
  readonly hardState: HardState | undefined;
  readonly readStates: readonly ReadState[];
  /** To be written, after the snapshot if there is one. */
  readonly entries: readonly Entry[];
  readonly snapshot: Snapshot | undefined;
  readonly committedEntries: readonly Entry[];
  /** To be sent. With asynchronous storage also the work for disk and state machine. */
  readonly messages: readonly Message[];
  /** The write must be durable before what follows from it; else it may be lost in a crash. */
  readonly mustSync: boolean;
}

type Work = Omit<Ready, 'messages'>;

export class ReadyMaker {
  readonly #raft: Raft;
  readonly #isAsync: boolean;
  /** What was told last. */
  #softState: SoftState;
  #hardState: HardState;
  /** Without asynchronous storage: what `advance` is to step. Empty unless a Ready is out. */
  #onAdvance: Message[] = [];

  constructor(raft: Raft) {
    this.#raft = raft;
    this.#isAsync = raft.options.asyncStorageWrites;
    this.#softState = softStateOf(raft);
    this.#hardState = hardStateOf(raft);
  }

  get hasReady(): boolean {
    const { log, outbox, readStates } = this.#raft;
    return (
      this.#changedSoftState() !== undefined ||
      this.#changedHardState() !== undefined ||
      log.unstable.nextSnapshot() !== undefined ||
      !outbox.isEmpty ||
      log.unstable.hasNextEntries ||
      log.hasNextCommittedEntries(!this.#isAsync) ||
      readStates.length > 0
    );
  }

  make(): Ready {
    assert(this.#onAdvance.length === 0, 'one Ready at a time, without asynchronous storage');
    const { id, log, outbox, readStates } = this.#raft;
    const hardState = this.#changedHardState();
    const entries = log.unstable.nextEntries();
    const work: Work = {
      softState: this.#changedSoftState(),
      hardState,
      readStates,
      entries,
      snapshot: log.unstable.nextSnapshot(),
      committedEntries: log.nextCommittedEntries(!this.#isAsync),
      mustSync: entries.length > 0 || (hardState !== undefined && this.#isNewTermOrVote(hardState)),
    };
    const immediate = outbox.takeImmediate();
    const answers = outbox.takeAfterAppend();
    const appendDone = this.#appendDone(work);
    const applyDone = this.#applyDone(work);
    this.#accept(work);
    if (this.#isAsync) {
      const append = this.#storageAppend(work, answers, appendDone);
      return { ...work, messages: [...immediate, ...append, ...this.#storageApply(applyDone)] };
    }
    const own = answers.filter(({ to }) => to === id);
    this.#onAdvance = [...own, ...appendDone, ...applyDone];
    return { ...work, messages: [...immediate, ...answers.filter(({ to }) => to !== id)] };
  }

  /** Without asynchronous storage: the last Ready is handled; what is to be stepped now. */
  takeOnAdvance(): readonly Message[] {
    assert(!this.#isAsync, 'with asynchronous storage, completions come as messages');
    const taken = this.#onAdvance;
    this.#onAdvance = [];
    return taken;
  }

  /** Everything in the work counts as handed out from now on. */
  #accept({ softState, hardState, committedEntries }: Work): void {
    const raft = this.#raft;
    this.#softState = softState ?? this.#softState;
    this.#hardState = hardState ?? this.#hardState;
    raft.readStates = [];
    raft.log.unstable.acceptInProgress();
    if (committedEntries.length > 0) raft.log.acceptApplying(committedEntries, !this.#isAsync);
  }

  #storageAppend(
    { hardState, entries, snapshot, mustSync }: Work,
    answers: readonly AnswerMessage[],
    done: readonly MsgStorageAppendResp[],
  ): readonly MsgStorageAppend[] {
    const hasWork = hardState !== undefined || entries.length > 0 || snapshot !== undefined;
    if (!hasWork && answers.length === 0) return [];
    return [
      {
        type: 'MsgStorageAppend',
        to: appendThread,
        from: this.#raft.id,
        term: hardState?.term ?? 0,
        entries,
        hardState,
        snapshot,
        mustSync: mustSync || snapshot !== undefined,
        // The leader's own answer first: it is cheaper while the entries are still unstable.
        responses: [...answers, ...done],
      },
    ];
  }

  #storageApply(responses: readonly MsgStorageApplyResp[]): readonly MsgStorageApply[] {
    const { id: from } = this.#raft;
    return responses.map(({ entries }) => ({
      type: 'MsgStorageApply',
      to: applyThread,
      from,
      term: 0,
      entries,
      responses,
    }));
  }

  /**
   * Tells the core that its log is stable, so that it can let go of the unstable part.
   *
   * An acknowledgement must not be taken for a later write of the same entries. Entries may be
   * replaced by another leader's and then by the first ones again, while all three writes are in
   * progress: after the first, stable storage will still show the second for a while. So the answer
   * carries the term in which the work was handed out, and counts only in that term, within which
   * nothing can be replaced. An answer may get lost that way; so each one attests the whole log,
   * and a change of term itself causes a write, whose answer makes up for it.
   */
  #appendDone({ snapshot }: Work): readonly MsgStorageAppendResp[] {
    const { id: to, term, log } = this.#raft;
    const last = log.unstable.entryCount > 0 ? log.lastEntryId() : undefined;
    if (last === undefined && snapshot === undefined) return [];
    return [{ type: 'MsgStorageAppendResp', to, from: appendThread, term, last, snapshot }];
  }

  /** Outside terms: what is committed stays so. */
  #applyDone({ committedEntries: entries }: Work): readonly MsgStorageApplyResp[] {
    const { id: to } = this.#raft;
    if (entries.length === 0) return [];
    return [{ type: 'MsgStorageApplyResp', to, from: applyThread, term: 0, entries }];
  }

  #changedSoftState(): SoftState | undefined {
    const now = softStateOf(this.#raft);
    const isSame = now.lead === this.#softState.lead && now.role === this.#softState.role;
    return isSame ? undefined : now;
  }

  #changedHardState(): HardState | undefined {
    const now = hardStateOf(this.#raft);
    const isSame = now.commit === this.#hardState.commit && !this.#isNewTermOrVote(now);
    return isSame ? undefined : now;
  }

  #isNewTermOrVote({ term, vote }: HardState): boolean {
    return term !== this.#hardState.term || vote !== this.#hardState.vote;
  }
}

function softStateOf({ lead, role }: Raft): SoftState {
  return { lead, role };
}

function hardStateOf({ term, vote, log }: Raft): HardState {
  return { term, vote, commit: log.committed };
}

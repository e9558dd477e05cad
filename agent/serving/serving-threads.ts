/**
 * All serving threads, as the first request thread has them: they are let begin, get the keys and
 * drop them with it, show its certificates, and count in its figures.
 */
import type { MessagePort } from 'node:worker_threads';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { SharedKey } from '../../src/crypto/secret-key.ts';
import type { Timers } from '../../src/ports/clock.ts';
import type { Admission, KindState, RequestKind } from '../http/admission/admission.ts';
import { keyOrderMsMax } from './limits.ts';
import type { TlsIdentity } from '../tls/identity.ts';
import type { KeyOrder, Welcome, WordToServing } from './messages.ts';
import { type ServedPorts, ServingThread } from './serving-thread.ts';

export interface ServingThreadsOptions {
  readonly ports: readonly MessagePort[];
  readonly timers: Timers;
  /** A thread that does not carry out an order may hold keys: the process must end. */
  readonly onFatal: (reason: StrongBoxError) => void;
}

export interface WelcomePorts extends Omit<ServedPorts, 'newTerm'> {
  /** A keyring has a new term: the first thread takes it over as well. */
  readonly learnTerm: (namespace: string) => void;
}

export class ServingThreads {
  readonly #threads: readonly ServingThread[];
  readonly #options: ServingThreadsOptions;

  constructor(options: ServingThreadsOptions) {
    this.#options = options;
    this.#threads = options.ports.map((port) => new ServingThread(port));
  }

  /** Lets them begin: what they pass on is served from now on. */
  welcome({ learnTerm, ...ports }: WelcomePorts, welcome: Welcome): void {
    const newTerm = (namespace: string, from: ServingThread): void => {
      learnTerm(namespace);
      this.tellNewTerm(namespace, from);
    };
    for (const thread of this.#threads) thread.welcome({ ...ports, newTerm }, welcome);
  }

  /** Gives the keys to all of them. Throws what the first that has failed threw. */
  open(rootKey: SharedKey): Promise<void> {
    return this.#order({ kind: 'open', rootKey });
  }

  /** Resolves when all have dropped their keys and collected what was left of them. */
  close(): Promise<void> {
    return this.#order({ kind: 'close' });
  }

  /** Another certificate for a listener of the welcome. */
  replaceIdentity(at: number, identity: TlsIdentity): void {
    this.#tellAll({ kind: 'identity', at, identity });
  }

  /** A keyring has a new term; whoever told it knows. */
  tellNewTerm(namespace: string, from?: ServingThread): void {
    this.#tellAll({ kind: 'new-term', namespace }, from);
  }

  /** Open connections of all of them. */
  get connections(): number {
    return this.#threads.reduce((sum, { figures }) => sum + figures.connections, 0);
  }

  /** The admission of the whole agent: that of the first thread and theirs. */
  admissionWith(own: Pick<Admission, 'state'>): Pick<Admission, 'state'> {
    return {
      state: (kind: RequestKind): KindState =>
        this.#threads.map(({ figures }) => figures.admission[kind]).reduce(sumOf, own.state(kind)),
    };
  }

  async #order(order: KeyOrder): Promise<void> {
    const { timers, onFatal } = this.#options;
    const disarm = timers.after(keyOrderMsMax, () => onFatal(failure('runtime.thread-silent')));
    try {
      const results = await Promise.allSettled(this.#threads.map((thread) => thread.order(order)));
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    } finally {
      disarm();
    }
  }

  #tellAll(word: WordToServing, except?: ServingThread): void {
    for (const thread of this.#threads) if (thread !== except) thread.say(word);
  }
}

function sumOf(one: KindState, other: KindState): KindState {
  return {
    limitUnits: one.limitUnits + other.limitUnits,
    underWayUnits: one.underWayUnits + other.underWayUnits,
    refused: one.refused + other.refused,
  };
}

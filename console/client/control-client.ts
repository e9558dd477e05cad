/** The main thread's end of the channel worker: calls as promises, everything else as events. */
import { Worker } from 'node:worker_threads';
import { controlPendingRequestsMax } from '../../shared/control/limits.ts';
import type { ControlMethod, ParamsOf, ResultOf } from '../../shared/control/methods.ts';
import type { TopicName } from '../../shared/control/topics.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { JsonValue } from '../../shared/json/value.ts';
import { bareJson } from './bare-json.ts';
import type { ControlPlace } from './control-dial.ts';
import type {
  CallOutcome,
  ControlEvent,
  MessageToMain,
  MessageToWorker,
} from './control-events.ts';
import { type ControlProblem, problemOf } from './control-problem.ts';
import type { BoundChallenge } from './control-session.ts';
import { workerFile } from './worker-file.ts';

/** How a call ended: its result, or why there is none. */
export type Outcome<Method extends ControlMethod> = OutcomeOf<ResultOf<Method>>;

type OutcomeOf<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly problem: ControlProblem };

export interface ControlListener {
  /** A batch of at most ten a second, in order. */
  onEvents(events: readonly ControlEvent[]): void;
  /** The worker died of a fault of our own: there is no channel any more. */
  onFault(): void;
}

export class ControlClient {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, (outcome: CallOutcome) => void>();
  #nextId = 1;
  #stopped = false;

  constructor(place: ControlPlace, listener: ControlListener) {
    this.#worker = new Worker(workerFile('control-worker'), { workerData: place });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on('message', (message: MessageToMain) => {
      if (message.kind === 'answer') this.#settle(message.id, message.outcome);
      else {
        this.#tell({ kind: 'acknowledge' });
        if (!this.#stopped) listener.onEvents(message.events);
      }
    });
    this.#worker.on('error', () => this.#fail(listener));
    this.#worker.on('exit', () => this.#fail(listener));
  }

  /** Never rejects. */
  call<Method extends ControlMethod>(
    method: Method,
    params: ParamsOf<Method>,
    timeoutMs?: number,
  ): Promise<Outcome<Method>> {
    const ask = (id: number): MessageToWorker => ({ kind: 'call', id, method, params, timeoutMs });
    return this.#ask(ask) as Promise<Outcome<Method>>;
  }

  /** Never rejects. */
  challenge(): Promise<OutcomeOf<BoundChallenge>> {
    const ask = (id: number): MessageToWorker => ({ kind: 'challenge', id });
    return this.#ask(ask) as Promise<OutcomeOf<BoundChallenge>>;
  }

  #ask(message: (id: number) => MessageToWorker): Promise<CallOutcome> {
    if (this.#stopped) return Promise.resolve({ ok: false, problem: stoppedProblem });
    if (this.#waiting.size >= controlPendingRequestsMax) {
      const busy = failure('client.control-busy', { controlPendingRequestsMax });
      return Promise.resolve({ ok: false, problem: problemOf(busy) });
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      this.#waiting.set(id, (outcome) => resolve(bareOutcome(outcome)));
      this.#tell(message(id));
    });
  }

  /** The topics to follow from now on, on this socket and on every later one. */
  follow(topics: readonly TopicName[]): void {
    this.#tell({ kind: 'follow', topics });
  }

  setToken(token: string | undefined): void {
    this.#tell({ kind: 'token', token });
  }

  setPresence(name: string, view: string): void {
    this.#tell({ kind: 'presence', name, view });
  }

  /** Closes the channel; resolves when the thread has ended. */
  async stop(): Promise<void> {
    if (!this.#stopped) this.#tell({ kind: 'stop' });
    this.#stopped = true;
    await this.#ended;
  }

  #settle(id: number, outcome: CallOutcome): void {
    const settle = this.#waiting.get(id);
    this.#waiting.delete(id);
    settle?.(outcome);
  }

  #fail(listener: ControlListener): void {
    for (const settle of this.#waiting.values()) settle({ ok: false, problem: stoppedProblem });
    this.#waiting.clear();
    if (this.#stopped) return;
    this.#stopped = true;
    listener.onFault();
  }

  #tell(message: MessageToWorker): void {
    this.#worker.postMessage(message, []);
  }
}

/** What a call is told once there is no worker. */
const stoppedProblem: ControlProblem = {
  code: 'client.control-closed',
  status: 502,
  message: 'the control channel was closed by this console',
};

/** Every result is JSON. */
function bareOutcome(outcome: CallOutcome): CallOutcome {
  return outcome.ok ? { ok: true, result: bareJson(outcome.result as JsonValue) } : outcome;
}

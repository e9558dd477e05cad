/**
 * A control channel that is kept open: dials, binds the token, follows the topics, and when the
 * socket ends does all of that again after a wait that grows. What is wanted (token, topics,
 * presence) is state here; every new socket is brought to it in the same order.
 */
import type { ControlMethod, ParamsOf, ResultOf } from '../../shared/control/methods.ts';
import { controlCloseCodes } from '../../shared/control/protocol.ts';
import type { TopicName, TopicUpdate } from '../../shared/control/topics.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { ControlPlace } from './control-dial.ts';
import type { ControlEvent } from './control-events.ts';
import {
  controlHeardIntervalMs,
  controlRedialMs,
  controlRedialMsMax,
  controlTokenRetryMs,
} from './control-limits.ts';
import { type ControlProblem, ControlRefusal, problemOf } from './control-problem.ts';
import {
  type BoundChallenge,
  closedHere,
  ControlSession,
  type SessionEnd,
} from './control-session.ts';
import { endpointText } from './endpoint.ts';

const brokenPromise: SessionEnd = {
  code: controlCloseCodes.protocolViolation,
  reason: 'the agent answered with what this version does not know',
};

export class ControlLink {
  readonly #place: ControlPlace;
  readonly #report: (event: ControlEvent) => void;
  readonly #refused = new Set<TopicName>();
  #wanted: ReadonlySet<TopicName> = new Set();
  #followed: ReadonlySet<TopicName> = new Set();
  #token: string | undefined;
  #presence: ParamsOf<'presence'> | undefined;
  #session: ControlSession | undefined;
  #isBound = false;
  /** Whether the present socket speaks for somebody, whatever is wished since. */
  #socketIsBound = false;
  #attempt = 0;
  #redial: NodeJS.Timeout | undefined;
  #tokenRetry: NodeJS.Timeout | undefined;
  #heardAtMs = performance.now();
  readonly #hearing: NodeJS.Timeout;
  #stopped = false;
  /** What changes a socket's state goes one after the other. */
  #queue: Promise<void> = Promise.resolve();

  constructor(place: ControlPlace, report: (event: ControlEvent) => void) {
    this.#place = place;
    this.#report = report;
    this.#hearing = setInterval(() => {
      if (this.#session !== undefined) this.#reportSilence();
    }, controlHeardIntervalMs);
  }

  start(): void {
    void this.#dial();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#redial);
    clearTimeout(this.#tokenRetry);
    clearInterval(this.#hearing);
    this.#session?.close();
  }

  follow(topics: readonly TopicName[]): void {
    this.#wanted = new Set(topics);
    this.#enqueue((session) => this.#subscribe(session));
  }

  /** Binds another token, or (by a new socket) none. */
  setToken(token: string | undefined): void {
    this.#token = token;
    this.#isBound = false;
    if (token === undefined) {
      this.#session?.close();
      return;
    }
    this.#enqueue((session) => this.#authenticate(session));
  }

  setPresence(presence: ParamsOf<'presence'>): void {
    this.#presence = presence;
    this.#enqueue((session) => this.#announce(session));
  }

  /** Throws as ControlSession.call; `client.control-closed` while there is no socket. */
  async call<Method extends ControlMethod>(
    method: Method,
    params: ParamsOf<Method>,
    timeoutMs?: number,
  ): Promise<ResultOf<Method>> {
    return this.#present().call(method, params, timeoutMs);
  }

  /** Throws as `call`. */
  async challenge(): Promise<BoundChallenge> {
    return this.#present().challenge();
  }

  #present(): ControlSession {
    if (this.#session !== undefined) return this.#session;
    const endpoint = endpointText(this.#place.endpoint);
    throw failure('client.control-closed', { endpoint, reason: 'there is no connection' });
  }

  async #dial(): Promise<void> {
    this.#attempt += 1;
    this.#report({ kind: 'link', link: { kind: 'connecting', attempt: this.#attempt } });
    try {
      const session = await ControlSession.dial(this.#place, {
        onUpdate: (update) => this.#take(update),
        onHeard: () => {
          this.#heardAtMs = performance.now();
        },
        onEnd: (end) => this.#lose(session, end),
      });
      if (this.#stopped) session.close();
      else this.#begin(session);
    } catch (error) {
      this.#waitForRedial(problemOf(error));
    }
  }

  #begin(session: ControlSession): void {
    this.#session = session;
    this.#isBound = false;
    this.#socketIsBound = false;
    this.#followed = new Set();
    this.#refused.clear();
    this.#heardAtMs = performance.now();
    this.#enqueue(async (current) => {
      await this.#authenticate(current);
      await this.#announce(current);
      this.#attempt = 0;
      this.#report({ kind: 'link', link: { kind: 'live' } });
      this.#reportSilence();
    });
  }

  /** Runs a step on the present socket; one that ended meanwhile needs no step. */
  #enqueue(step: (session: ControlSession) => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      const session = this.#session;
      if (session === undefined) return;
      try {
        await step(session);
      } catch {
        // The socket ended under the step (its end was told), or the agent is not what it should
        // be: then a new socket may meet a better one.
        if (this.#session === session) session.close(brokenPromise);
      }
    });
  }

  async #authenticate(session: ControlSession): Promise<void> {
    // What was followed for one must not go on for another: a new socket follows nothing.
    if (this.#socketIsBound) return session.close();
    const token = this.#token;
    if (token === undefined) this.#report({ kind: 'identity', state: { kind: 'anonymous' } });
    else {
      try {
        const identity = await session.call('authenticate', { token });
        this.#isBound = true;
        this.#socketIsBound = true;
        this.#report({ kind: 'identity', state: { kind: 'known', identity } });
      } catch (error) {
        if (!(error instanceof ControlRefusal)) throw error;
        this.#refuseToken(token, error.problem);
      }
    }
    this.#refused.clear();
    await this.#subscribe(session);
  }

  #refuseToken(token: string, problem: ControlProblem): void {
    // A sealed agent knows no token: this one may be good once it is unsealed, which is told.
    if (problem.code === 'request.sealed') {
      this.#report({ kind: 'identity', state: { kind: 'waiting' } });
      return;
    }
    if (problem.status === 503 || problem.status === 429) {
      this.#report({ kind: 'identity', state: { kind: 'waiting', problem } });
      this.#retryToken(token);
      return;
    }
    if (this.#token === token) this.#token = undefined;
    this.#report({ kind: 'identity', state: { kind: 'refused', problem } });
  }

  /** What else keeps an agent from knowing anybody (no audit device can write) ends untold. */
  #retryToken(token: string): void {
    clearTimeout(this.#tokenRetry);
    this.#tokenRetry = setTimeout(() => {
      if (this.#isBound || this.#token !== token) return;
      this.#enqueue((session) => this.#authenticate(session));
    }, spread(controlTokenRetryMs));
  }

  async #subscribe(session: ControlSession): Promise<void> {
    for (const topic of this.#followed) {
      if (!this.#wanted.has(topic)) await session.call('unsubscribe', { topic });
    }
    const followed = new Set([...this.#followed].filter((topic) => this.#wanted.has(topic)));
    this.#followed = followed;
    for (const topic of this.#wanted) {
      if (followed.has(topic) || this.#refused.has(topic)) continue;
      try {
        const { snapshot } = await session.call('subscribe', { topic });
        followed.add(topic);
        this.#report({ kind: 'snapshot', topic, snapshot });
      } catch (error) {
        if (!(error instanceof ControlRefusal)) throw error;
        this.#refused.add(topic);
        this.#report({ kind: 'topic-refused', topic, problem: error.problem });
      }
    }
  }

  async #announce(session: ControlSession): Promise<void> {
    if (this.#presence === undefined) return;
    try {
      await session.call('presence', this.#presence);
    } catch (error) {
      // Presence is a courtesy: an agent that takes none is no reason to leave it.
      if (!(error instanceof ControlRefusal)) throw error;
    }
  }

  #take(update: TopicUpdate): void {
    if (update.topic === 'audit') {
      this.#report({ kind: 'audit', lines: update.lines, dropped: update.dropped });
      return;
    }
    this.#report({ kind: 'snapshot', topic: update.topic, snapshot: update.snapshot });
    const { snapshot } = update;
    const isOpen = snapshot.kind === 'ceremony' && snapshot.state === 'done';
    const isWaiting = this.#token !== undefined && !this.#isBound;
    if (isOpen && isWaiting) this.#enqueue((session) => this.#authenticate(session));
  }

  #lose(session: ControlSession, end: SessionEnd): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    if (this.#stopped) return;
    // Closed here: a fresh socket is wanted, and nothing is wrong that waiting would mend.
    if (end === closedHere) {
      this.#attempt = 0;
      void this.#dial();
      return;
    }
    const problem: ControlProblem = {
      code: 'client.control-closed',
      status: 502,
      message: end.reason,
    };
    if (end.code === controlCloseCodes.tokenEnded) {
      this.#token = undefined;
      this.#report({ kind: 'identity', state: { kind: 'refused', problem } });
    }
    this.#waitForRedial(problem);
  }

  #waitForRedial(problem: ControlProblem): void {
    if (this.#stopped) return;
    const attempt = this.#attempt;
    const exponent = Math.min(Math.max(attempt - 1, 0), 10);
    const retryInMs = spread(Math.min(controlRedialMs * 2 ** exponent, controlRedialMsMax));
    this.#report({ kind: 'link', link: { kind: 'waiting', attempt, retryInMs, problem } });
    this.#redial = setTimeout(() => void this.#dial(), retryInMs);
  }

  #reportSilence(): void {
    const silentMs = Math.round(performance.now() - this.#heardAtMs);
    this.#report({ kind: 'heard', silentMs });
  }
}

/** A fifth more or less, so that many consoles do not come back at the same moment. */
function spread(waitMs: number): number {
  return Math.round(waitMs * (0.8 + 0.4 * Math.random()));
}

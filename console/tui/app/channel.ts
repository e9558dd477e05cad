/**
 * The console's way to the agent: the channel's worker, with every request noted in the model (what
 * was asked and how it ended, never a body) and every answer as a value.
 */
import type { ControlMethod, ParamsOf } from '../../../shared/control/methods.ts';
import type { TopicName } from '../../../shared/control/topics.ts';
import { ControlClient, type Outcome } from '../../client/control-client.ts';
import type { ControlEvent } from '../../client/control-events.ts';
import type { ControlPlace } from '../../client/control-dial.ts';
import { type ApiOutcome, type ApiRequest, apiOutcome } from '../model/api.ts';
import type { ModelEvent } from '../model/event.ts';

export class Channel {
  readonly #report: (events: readonly ModelEvent[]) => void;
  #client: ControlClient;
  #nextId = 1;
  #topics: readonly TopicName[] = [];
  #presence = { name: '', view: '' };
  /** Until the new socket says that nobody is known, what comes was meant for who has left. */
  #isLeaving = false;

  constructor(place: ControlPlace, report: (events: readonly ModelEvent[]) => void) {
    this.#report = report;
    this.#client = this.#open(place);
  }

  /** Leaves the present agent for another one; a token does not go along. */
  async dial(place: ControlPlace): Promise<void> {
    const left = this.#client;
    this.#isLeaving = false;
    this.#client = this.#open(place);
    this.#client.follow(this.#topics);
    this.#client.setPresence(this.#presence.name, this.#presence.view);
    await left.stop();
  }

  setToken(token: string | undefined): void {
    this.#isLeaving = token === undefined;
    this.#client.setToken(token);
  }

  follow(topics: readonly TopicName[]): void {
    if (topics.join() === this.#topics.join()) return;
    this.#topics = topics;
    this.#client.follow(topics);
  }

  setPresence(name: string, view: string): void {
    if (name === this.#presence.name && view === this.#presence.view) return;
    this.#presence = { name, view };
    this.#client.setPresence(name, view);
  }

  async request(request: ApiRequest): Promise<ApiOutcome> {
    const { operation, path } = request;
    const done = this.#note(operation, path);
    const outcome = apiOutcome(request, await this.#client.call('request', request));
    done(outcome.ok ? outcome.status : outcome.problem.status, codeOf(outcome));
    return outcome;
  }

  async call<Method extends ControlMethod>(
    method: Method,
    params: ParamsOf<Method>,
    timeoutMs?: number,
  ): Promise<Outcome<Method>> {
    const done = this.#note('call', method);
    const outcome = await this.#client.call(method, params, timeoutMs);
    done(outcome.ok ? 200 : outcome.problem.status, codeOf(outcome));
    return outcome;
  }

  /** Bytes to sign, and the connection that the signature will be good on. */
  async challenge(): ReturnType<ControlClient['challenge']> {
    const done = this.#note('call', 'challenge');
    const outcome = await this.#client.challenge();
    done(outcome.ok ? 200 : outcome.problem.status, outcome.ok ? '' : outcome.problem.code);
    return outcome;
  }

  stop(): Promise<void> {
    return this.#client.stop();
  }

  #open(place: ControlPlace): ControlClient {
    const client: ControlClient = new ControlClient(place, {
      onEvents: (events) => {
        if (client !== this.#client) return;
        const meant = events.filter((event) => this.#isMeant(event));
        this.#report(meant.map((event) => ({ kind: 'channel', event })));
      },
      onFault: () => {
        if (client === this.#client) this.#report([{ kind: 'channel-fault' }]);
      },
    });
    return client;
  }

  #isMeant(event: ControlEvent): boolean {
    if (!this.#isLeaving || event.kind === 'link') return true;
    const isNobody = event.kind === 'identity' && event.state.kind === 'anonymous';
    if (isNobody) this.#isLeaving = false;
    return isNobody;
  }

  #note(operation: string, path: string): (status: number, code: string) => void {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#report([{ kind: 'sent', id, operation, path }]);
    return (status, code) => this.#report([{ kind: 'returned', id, status, code }]);
  }
}

function codeOf(outcome: ApiOutcome | Outcome<ControlMethod>): string {
  return outcome.ok ? '' : outcome.problem.code;
}

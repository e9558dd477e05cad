/**
 * One look at a view, for scripts: dials, reads what the view shows, and is gone. The same model
 * and the same selectors as on the screen, without a screen.
 */
import type { ControlPlace } from '../../client/control-dial.ts';
import { type ControlProblem, ControlRefusal, problemOf } from '../../client/control-problem.ts';
import { ControlSession } from '../../client/control-session.ts';
import type { Outcome } from '../../client/control-client.ts';
import type { AuditTailSnapshot, TopicName } from '../../../shared/control/topics.ts';
import { type ApiRequest, apiOutcome } from '../model/api.ts';
import type { ModelEvent } from '../model/event.ts';
import { auditHistoryLines } from '../model/limits.ts';
import { initialModel, type Model, type Settings } from '../model/model.ts';
import { currentPlace } from '../model/places.ts';
import { resourceOf, toAsk } from '../model/resources.ts';
import { screenOf } from '../screens/screens.ts';
import { type App, happen, initialApp } from './step.ts';

export interface OnceOptions {
  readonly place: ControlPlace;
  readonly token: string | undefined;
  readonly settings: Settings;
  readonly size: { readonly columns: number; readonly rows: number };
}

/** Answers lead to further questions: a list to its first entry. */
const roundsMax = 4;
const topics: readonly TopicName[] = ['cluster', 'ceremony', 'alarms', 'metrics'];

/**
 * The state of a console that has seen everything the view wants. Throws what dialling throws, and
 * ControlRefusal for a token that is refused, and for what the view cannot do without: a list that
 * was denied must not look like an empty one to a script.
 */
export async function lookOnce(options: OnceOptions): Promise<App> {
  const { settings, place, token, size } = options;
  const session = await ControlSession.dial(place, quiet);
  try {
    const model = initialModel(settings, { nowMs: Date.now(), readOnly: true });
    const look = new Look(session, initialApp({ ...model, size }));
    look.happen({ kind: 'channel', event: { kind: 'link', link: { kind: 'live' } } });
    look.happen({ kind: 'channel', event: { kind: 'heard', silentMs: 0 } });
    if (token !== undefined) await look.authenticate(token);
    for (const topic of topics) await look.subscribe(topic);
    look.happen({ kind: 'start', places: [settings.start] });
    const screen = screenOf(settings.start.view);
    for (const topic of screen.follows ?? []) await look.subscribe(topic);
    for (let round = 0; round < roundsMax; round += 1) await look.readAll();
    const refusal = look.refusal();
    if (refusal !== undefined) throw new ControlRefusal(refusal);
    return look.app;
  } finally {
    session.close();
  }
}

const quiet = { onUpdate: () => undefined, onHeard: () => undefined, onEnd: () => undefined };

class Look {
  readonly #session: ControlSession;
  readonly #refusedTopics = new Map<string, ControlProblem>();
  app: App;

  constructor(session: ControlSession, app: App) {
    this.#session = session;
    this.app = app;
  }

  happen(event: ModelEvent): void {
    this.app = happen(this.app, event, Date.now()).app;
  }

  async authenticate(token: string): Promise<void> {
    try {
      const identity = await this.#session.call('authenticate', { token });
      const state = { kind: 'known', identity } as const;
      this.happen({ kind: 'channel', event: { kind: 'identity', state } });
    } catch (error) {
      // A sealed agent knows nobody; what it shows to everybody is still worth a look.
      if (!(error instanceof ControlRefusal) || error.problem.status !== 503) throw error;
      const state = { kind: 'waiting' } as const;
      this.happen({ kind: 'channel', event: { kind: 'identity', state } });
    }
  }

  async subscribe(topic: TopicName): Promise<void> {
    try {
      const { snapshot } = await this.#session.call('subscribe', { topic });
      this.happen({ kind: 'channel', event: { kind: 'snapshot', topic, snapshot } });
      if (snapshot.kind === 'audit') await this.#recall(snapshot);
    } catch (error) {
      if (!(error instanceof ControlRefusal)) throw error;
      const event = { kind: 'topic-refused', topic, problem: error.problem } as const;
      this.happen({ kind: 'channel', event });
      this.#refusedTopics.set(topic, error.problem);
    }
  }

  /** Why the view is less than it should be. What is not there is no refusal. */
  refusal(): ControlProblem | undefined {
    const { model } = this.app;
    const { view, wants, follows = [] } = screenOf(currentPlace(model.places).view);
    for (const topic of [view, ...follows]) {
      const refused = this.#refusedTopics.get(topic);
      if (refused !== undefined) return refused;
    }
    const wanted = wants?.(model) ?? [];
    const [first] = wanted;
    if (first !== undefined && model.identity.kind !== 'known') return notKnown(model, first);
    const problems = wanted.map((request) => resourceOf(model.resources, request).problem);
    return problems.find((problem) => problem !== undefined && problem.status !== 404);
  }

  /** Everything that the view wants and does not have yet. */
  async readAll(): Promise<void> {
    const { model } = this.app;
    if (model.identity.kind !== 'known') return;
    const screen = screenOf(currentPlace(model.places).view);
    for (const request of toAsk(model.resources, screen.wants?.(model) ?? [])) {
      this.happen({ kind: 'asked', request });
      const outcome = apiOutcome(request, await this.#ask(request));
      this.happen({ kind: 'answered', request, outcome });
    }
  }

  /** The newest records, for whoever may read them. */
  async #recall({ node, next }: AuditTailSnapshot): Promise<void> {
    const from = Math.max(0, next - auditHistoryLines);
    if (from === next) return;
    const { lines } = await this.#session.call('audit.read', { node, from, lines: next - from });
    this.happen({ kind: 'audit-history', lines });
  }

  async #ask(request: ApiRequest): Promise<Outcome<'request'>> {
    try {
      return { ok: true, result: await this.#session.call('request', request) };
    } catch (error) {
      if (!(error instanceof ControlRefusal)) throw error;
      return { ok: false, problem: problemOf(error) };
    }
  }
}

function notKnown({ identity }: Model, { operation, path }: ApiRequest): ControlProblem {
  if (identity.kind === 'waiting') {
    const message = 'the agent is sealed: nothing can be read before it is unsealed';
    return { code: 'request.sealed', status: 503, message };
  }
  const message = `${operation} ${path} needs a token: log in, or give --token-file`;
  return { code: 'request.permission-denied', status: 403, message };
}

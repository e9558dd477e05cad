/**
 * One console from start to end: the store, the channel, and what every step of the store implies
 * for the channel (what is followed, what is read, what the others see of us).
 */
import type { AuditTailSnapshot, TopicName } from '../../../shared/control/topics.ts';
import type { ControlPlace } from '../../client/control-dial.ts';
import type { ApiRequest } from '../model/api.ts';
import type { Effect } from '../model/effect.ts';
import type { ModelEvent } from '../model/event.ts';
import { historyFrom } from '../model/audit-rows.ts';
import { auditHistoryLines } from '../model/limits.ts';
import { holderOf, initialModel, type Model, type Settings } from '../model/model.ts';
import { currentPlace } from '../model/places.ts';
import { presenceOf } from '../model/presence.ts';
import { toAsk } from '../model/resources.ts';
import { screenOf } from '../screens/screens.ts';
import { Channel } from './channel.ts';
import { KeptEdits } from './kept-edits.ts';
import { performEffect } from './perform.ts';
import { type App, initialApp } from './step.ts';
import { ConsoleStore } from './store.ts';
import type { TerminalPort } from './terminal-port.ts';
import type { Tools } from './tools.ts';
import { Verification } from './verification.ts';

export interface SessionOptions {
  readonly place: ControlPlace;
  readonly placeOf: (address: string) => ControlPlace;
  readonly settings: Settings;
  readonly readOnly: boolean;
  readonly token: string | undefined;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Followed in every view: header and sentence are drawn from them. */
const alwaysFollowed: readonly TopicName[] = ['cluster', 'ceremony', 'alarms', 'metrics'];
/** The clock, countdowns and ages are drawn anew so often. */
const tickIntervalMs = 1_000;

export class ConsoleSession {
  readonly store: ConsoleStore;
  readonly #tools: Omit<Tools, 'store'>;
  readonly #channel: Channel;
  readonly #ticking: NodeJS.Timeout;
  #terminal: TerminalPort | undefined;
  #isAsking = false;
  #sitting = 0;

  constructor(options: SessionOptions) {
    const { settings, readOnly, place, placeOf, environment, home, token } = options;
    const model = initialModel(settings, { nowMs: Date.now(), readOnly });
    this.store = new ConsoleStore(initialApp(model), {
      onEffect: (effect) => this.#perform(effect),
      onStep: (app) => this.#follow(app),
    });
    this.#channel = new Channel(place, (events) => this.#take(events));
    this.#tools = {
      channel: this.#channel,
      verification: new Verification(this.store, this.#channel),
      keptEdits: new KeptEdits(),
      terminal: () => this.#requireTerminal(),
      placeOf,
      home,
      environment,
    };
    if (token !== undefined) this.#channel.setToken(token);
    this.#follow(this.store.snapshot());
    this.#ticking = setInterval(() => this.store.happen({ kind: 'tick' }), tickIntervalMs);
  }

  /** The tree is mounted. */
  attach(terminal: TerminalPort): void {
    this.#terminal = terminal;
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    this.#tools.verification.stop();
    this.#tools.keptEdits.forgetAll();
    await this.#channel.stop();
  }

  #take(events: readonly ModelEvent[]): void {
    this.store.happenAll(events);
    for (const event of events) {
      const isTail = event.kind === 'channel' && event.event.kind === 'snapshot';
      if (isTail && event.event.snapshot.kind === 'audit') void this.#recall(event.event.snapshot);
    }
  }

  /** What was written before, for whoever may read it; nobody else is told of a refusal. */
  async #recall({ node, next }: AuditTailSnapshot): Promise<void> {
    const from = historyFrom(this.store.snapshot().model.audit, next, auditHistoryLines);
    const lines = next - from;
    if (lines <= 0) return;
    const reports = this.store.ofThisSitting();
    const outcome = await this.#channel.call('audit.read', { node, from, lines });
    if (outcome.ok) reports.happen({ kind: 'audit-history', lines: outcome.result.lines });
  }

  #perform(effect: Effect): void {
    performEffect({ ...this.#tools, store: this.store.ofThisSitting() }, effect);
  }

  #requireTerminal(): TerminalPort {
    if (this.#terminal === undefined) throw new Error('the console is not on a terminal yet');
    return this.#terminal;
  }

  /** After each step: what the view shown now implies. */
  #follow({ model }: App): void {
    if (model.sitting !== this.#sitting) this.#tools.keptEdits.forgetAll();
    this.#sitting = model.sitting;
    const place = currentPlace(model.places);
    const screen = screenOf(place.view);
    this.#channel.follow([...alwaysFollowed, ...(screen.follows ?? [])]);
    this.#channel.setPresence(holderOf(model), presenceOf(place));
    // Asking is a step, too: it must not ask again for what is being asked.
    if (this.#isAsking || !canAsk(model)) return;
    this.#isAsking = true;
    try {
      const shown = screen.wants?.(model) ?? [];
      for (const request of toAsk(model.resources, shown)) {
        this.store.happen({ kind: 'asked', request, shown });
        void this.#ask(request);
      }
    } finally {
      this.#isAsking = false;
    }
  }

  async #ask(request: ApiRequest): Promise<void> {
    const reports = this.store.ofThisSitting();
    const outcome = await this.#channel.request(request);
    reports.happen({ kind: 'answered', request, outcome });
  }
}

/** Nothing is read before somebody is known, nor while there is no link. */
function canAsk({ link, identity }: Model): boolean {
  return link.state.kind === 'live' && identity.kind === 'known';
}

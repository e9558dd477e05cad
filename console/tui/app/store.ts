/**
 * Holds the state of the console between steps. Who draws it subscribes; what a step wants done
 * outside is handed to `perform`. A snapshot never changes.
 */
import type { InputEvent } from '../keys/input-event.ts';
import type { Effect } from '../model/effect.ts';
import type { ModelEvent } from '../model/event.ts';
import { type App, happen, perform, press, type Stepped } from './step.ts';

/** What an effect tells, and what it may look at. */
export type Reports = Pick<ConsoleStore, 'snapshot' | 'subscribe' | 'happen' | 'happenAll'> & {
  /** Whether whoever wanted the effect still sits here, before the same agent. */
  isWanted(): boolean;
};

export class ConsoleStore {
  #app: App;
  readonly #listeners = new Set<() => void>();
  readonly #onEffect: (effect: Effect) => void;
  readonly #onStep: (app: App) => void;

  constructor(
    app: App,
    hooks: {
      readonly onEffect: (effect: Effect) => void;
      /** After each step, before anybody draws it. */
      readonly onStep: (app: App) => void;
    },
  ) {
    this.#app = app;
    this.#onEffect = hooks.onEffect;
    this.#onStep = hooks.onStep;
  }

  readonly snapshot = (): App => this.#app;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly press = (event: InputEvent): void => this.#take(press(this.#app, event, Date.now()));

  happen(event: ModelEvent): void {
    this.#take(happen(this.#app, event, Date.now()));
  }

  /** Several events that belong together: drawn once. */
  happenAll(events: readonly ModelEvent[]): void {
    const effects = events.map((event) => ({ kind: 'emit', event }) as const);
    this.#take(perform(this.#app, { kind: 'several', effects }, Date.now()));
  }

  /**
   * For what takes time: what it tells goes nowhere once somebody else sits here, or another agent
   * is looked at. A late answer shows the next one nothing of the one before.
   */
  ofThisSitting(): Reports {
    const { sitting } = this.#app.model;
    const isWanted = (): boolean => this.#app.model.sitting === sitting;
    return {
      snapshot: this.snapshot,
      subscribe: this.subscribe,
      isWanted,
      happen: (event) => {
        if (isWanted()) this.happen(event);
      },
      happenAll: (events) => {
        if (isWanted()) this.happenAll(events);
      },
    };
  }

  #take({ app, effects }: Stepped): void {
    const isSame = app === this.#app;
    this.#app = app;
    this.#onStep(app);
    if (!isSame) for (const listener of this.#listeners) listener();
    for (const effect of effects) this.#onEffect(effect);
  }
}

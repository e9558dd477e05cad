/** What a serving thread tells of its requests, once a second: the first thread counts for all. */
import type { Timers } from '../../src/ports/clock.ts';
import { type Admission, type KindState, requestKinds } from '../http/admission/admission.ts';
import type { ExchangeOutcome } from '../http/edge-context.ts';
import { figuresMs, outcomesTogetherMax } from './limits.ts';
import { repeat } from '../repeat.ts';
import type { ToldFigures } from './messages.ts';

export interface FigurePorts {
  readonly timers: Timers;
  readonly admission: Pick<Admission, 'state'>;
  readonly connections: () => number;
  readonly tell: (figures: ToldFigures) => void;
}

interface Outcomes extends Omit<ExchangeOutcome, 'durationMs'> {
  readonly durationsMs: number[];
}

export class FigureTeller {
  readonly #ports: FigurePorts;
  readonly #outcomes = new Map<string, Outcomes>();
  readonly #stop: () => void;
  #count = 0;

  constructor(ports: FigurePorts) {
    this.#ports = ports;
    this.#stop = repeat(ports.timers, figuresMs, () => this.#tell());
  }

  /** An answered request; bound, so that listeners can be given it. */
  readonly observe = ({ method, status, durationMs }: ExchangeOutcome): void => {
    const key = `${method} ${status}`;
    const known = this.#outcomes.get(key);
    if (known === undefined) this.#outcomes.set(key, { method, status, durationsMs: [durationMs] });
    else known.durationsMs.push(durationMs);
    this.#count += 1;
    if (this.#count >= outcomesTogetherMax) this.#tell();
  };

  /** Tells what is not told yet, for the last time. */
  stop(): void {
    this.#stop();
    this.#tell();
  }

  #tell(): void {
    const { admission, connections, tell } = this.#ports;
    const states = requestKinds.map((kind): [string, KindState] => [kind, admission.state(kind)]);
    const outcomes = [...this.#outcomes.values()];
    this.#outcomes.clear();
    this.#count = 0;
    tell({
      outcomes,
      admission: Object.fromEntries(states) as ToldFigures['admission'],
      connections: connections(),
    });
  }
}

/**
 * Waiting longer after each failure, up to a limit, with a part by chance: agents that lost the
 * same peer at once must not all come back at once.
 */
import { assert } from '../../shared/assert.ts';
import { redialTicksMax, redialTicksMin } from './limits.ts';

export class BackOff {
  /** A whole number from 0 up to, not including, the bound. */
  readonly #draw: (bound: number) => number;
  #ticks = redialTicksMin;

  constructor(draw: (bound: number) => number) {
    this.#draw = draw;
  }

  /** Ticks to wait after a failure: between half of the present wait and all of it. */
  next(): number {
    const half = Math.ceil(this.#ticks / 2);
    const waitTicks = half + this.#draw(this.#ticks - half + 1);
    assert(waitTicks >= 1 && waitTicks <= redialTicksMax, 'a wait has its limits');
    this.#ticks = Math.min(2 * this.#ticks, redialTicksMax);
    return waitTicks;
  }

  /** It worked: the next failure is a first one. */
  reset(): void {
    this.#ticks = redialTicksMin;
  }
}

/**
 * Step 4: whether there is room for the request. Today that is the number of requests in flight;
 * rates by path and namespace will be decided here too, before a body is parsed.
 */
import { failure } from '../../../shared/errors/failure.ts';
import { inFlightRequestsMax } from '../limits.ts';

export class Quota {
  readonly #inFlightMax: number;
  #inFlight = 0;

  constructor(inFlightMax: number = inFlightRequestsMax) {
    this.#inFlightMax = inFlightMax;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Counts a request in at the door; the returned function counts it out, once. */
  enter(): () => void {
    let counts = 1;
    this.#inFlight += counts;
    return () => {
      this.#inFlight -= counts;
      counts = 0;
    };
  }

  /** Throws `request.overloaded`. */
  check(): void {
    if (this.#inFlight > this.#inFlightMax) throw failure('request.overloaded');
  }
}

import type { RequestSignal } from '../../src/core/request.ts';

/** Says, once and for good, that the client of a request is not answered any more. */
export class ClientSignal implements RequestSignal {
  aborted = false;
  onAborted: (() => void) | undefined;

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.onAborted?.();
  }
}

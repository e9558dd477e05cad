/** Step 8: response wrapping. Asked for and not given would hand out in clear what must not be. */
import { failure } from '../../../shared/errors/failure.ts';
import type { CoreRequest } from '../request.ts';

/** Throws `request.wrapping-unavailable` if the answer was to be wrapped. */
export function refuseWrapping({ wrapTtlSeconds }: CoreRequest): void {
  if (wrapTtlSeconds !== undefined && wrapTtlSeconds !== 0) {
    throw failure('request.wrapping-unavailable');
  }
}

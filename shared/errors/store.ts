import type { ErrorArea } from './spec.ts';

export const storeErrors = {
  'store.overloaded': {
    status: 429,
    exit: 2,
    retryable: true,
    message: 'the write queue is full; try again after the time in Retry-After',
  },
  'store.compacted': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the watched revision is older than the {revisionsMax} that are kept; read again',
  },
  'store.contended': {
    status: 503,
    exit: 2,
    retryable: true,
    message: 'the same entries were changed by others {attemptsMax} times in a row; try again',
  },
  'store.limit': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the operation is larger than the store takes ({limit}: at most {maximum})',
  },
} as const satisfies ErrorArea;

import type { ErrorArea } from './spec.ts';

export const runtimeErrors = {
  'runtime.overloaded': {
    status: 429,
    exit: 2,
    retryable: true,
    message: 'too many slow operations (password hashes, key generation) are waiting; try again',
  },
} as const satisfies ErrorArea;

import type { ErrorArea } from './spec.ts';

export const runtimeErrors = {
  'runtime.overloaded': {
    status: 429,
    exit: 2,
    retryable: true,
    message: 'too many slow operations (password hashes, key generation) are waiting; try again',
  },
  'runtime.thread-silent': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'a request thread neither took nor dropped its keys in time; the agent ends, so that none stay in memory',
  },
} as const satisfies ErrorArea;

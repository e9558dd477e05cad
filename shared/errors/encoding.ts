import type { ErrorArea } from './spec.ts';

export const encodingErrors = {
  'encoding.invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'not valid {encoding}',
  },
} as const satisfies ErrorArea;

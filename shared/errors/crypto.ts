import type { ErrorArea } from './spec.ts';

export const cryptoErrors = {
  'crypto.authentication-failed': {
    status: 500,
    exit: 2,
    retryable: false,
    message: 'the ciphertext does not authenticate under this key',
  },
} as const satisfies ErrorArea;

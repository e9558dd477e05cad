import type { ErrorArea } from './spec.ts';

export const barrierErrors = {
  'barrier.corrupt': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'a stored value does not authenticate: it was altered, moved or cut; restore it from a backup',
  },
  'barrier.term-unknown': {
    status: 500,
    exit: 2,
    retryable: true,
    message:
      'a stored value is sealed under a newer key than the one read before; the keyring is read again, try again',
  },
  'barrier.keyring-corrupt': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the keyring "{key}" in the store does not authenticate; restore the store from a backup',
  },
  'barrier.keyring-missing': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the keyring "{key}" is not in the store; restore the store from a backup, no new keyring is made over existing data',
  },
  'barrier.keyring-exists': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the namespace already has a keyring',
  },
  'barrier.terms-exhausted': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the keyring is full (at most {keyringTermsMax} terms)',
  },
} as const satisfies ErrorArea;

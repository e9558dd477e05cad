import type { ErrorArea } from './spec.ts';

export const sealErrors = {
  'seal.already-initialised': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'Vault is already initialized',
  },
  'seal.not-initialised': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'Vault is not initialized',
  },
  'seal.parameters': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the number of shares or the threshold cannot be: {reason}',
  },
  'seal.unsealed': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the server is unsealed: there is no set of entered shares to reset',
  },
  'seal.nonce-mismatch': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the nonce is not that of the running ceremony; read its status and use its nonce',
  },
  'seal.ceremony-running': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'a ceremony of this kind is already in progress; cancel it to start another',
  },
  'seal.ceremony-ended': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the ceremony has ended: it was completed, cancelled, or not continued in time; read its status, and begin anew if need be',
  },
  'seal.too-many-attempts': {
    status: 429,
    exit: 2,
    retryable: true,
    message:
      'more than {wrongSharesPerSecondMax} wrong shares or nonces in a second; wait a second',
  },
  'seal.too-many-resets': {
    status: 429,
    exit: 2,
    retryable: true,
    message:
      'more than {resetsPerHourMax} resets in an hour; go on with the shares that are in: a wrong one costs nothing, and all are dropped after 15 minutes without another',
  },
  'seal.unwrap-failed': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the shares are right but the stored root key does not open: the record core/seal was altered; restore the store from a backup',
  },
  'seal.record-corrupt': {
    status: 500,
    exit: 2,
    retryable: false,
    message: 'the record {key} in the store is unreadable; restore the store from a backup',
  },
  'seal.record-missing': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the store holds data but lacks {key}; restore the store from a backup, nothing is initialised over existing data',
  },
  'seal.format-newer': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the store was written by a newer version (data format {found}, this one reads up to {supported}); start that version',
  },
} as const satisfies ErrorArea;

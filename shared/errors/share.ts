import type { ErrorArea } from './spec.ts';

/** Why a share is refused when it is entered. Shares entered before it stay. */
export const shareErrors = {
  'share.malformed': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the share is malformed: {reason}',
  },
  'share.checksum': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the checksum of the share does not fit: a character is mistyped; enter it again',
  },
  'share.zero-index': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the share has the index 0 in its last byte, which no share has; check its source',
  },
  'share.short': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the share is a whole key of 32 bytes, but this seal needs shares of 33; check the source',
  },
  'share.foreign': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the share belongs to the set {foreignSetId}, not to this seal ({setId}); look for the one of this set',
  },
  'share.mismatch': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the share is not one of this seal: it is mistyped, or of another or an older set',
  },
  'share.box-unreadable': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the sealed share does not open: it was sealed for another node or an attempt that has ended; read the status of the ceremony and enter the share anew',
  },
  'share.box-foreign': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the sealed share was made for another ceremony, attempt or holder; read the status of the ceremony and enter the share anew under your own name',
  },
  'share.receiver-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the receiver is no X25519 public key (32 bytes in base64); make a one-time key pair and send its public key',
  },
  'share.duplicate': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'share {index} was already entered; shares still needed, each a different one: {needed}',
  },
} as const satisfies ErrorArea;

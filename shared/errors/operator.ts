import type { ErrorArea } from './spec.ts';

/** Registered operators, and the files that hold their keys. */
export const operatorErrors = {
  'operator.key-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the field {field} is not {expected} in base64; `strongbox operator register` sends what is needed',
  },
  'operator.proof-wrong': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the proof is no signature of the signing key over this name and these keys; register with `strongbox operator register`, which makes it',
  },
  'operator.file-exists': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      '{file} exists and was left as it is: who overwrites a key loses it; name another with --file',
  },
  'operator.file-open': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'others can read {file}; make it yours alone: chmod 600, and think of a new key',
  },
  'operator.file-malformed': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{file} is no operator key file that this version reads: {reason}',
  },
  'operator.passphrase-wrong': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{file} does not open with this pass-phrase, or was altered; nothing was sent',
  },
  'operator.passphrase-short': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'a pass-phrase has at least {passphraseBytesMin} characters; choose a longer one',
  },
  'operator.passphrases-differ': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the two pass-phrases differ; nothing was written: start again',
  },
} as const satisfies ErrorArea;

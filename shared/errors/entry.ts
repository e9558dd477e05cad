import type { ErrorArea } from './spec.ts';

/** The program that reads and shows secrets at a terminal. */
export const entryErrors = {
  'entry.no-terminal': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'secrets are entered at a terminal, and there is none; `strongbox operator unseal -` and `strongbox login -` read from standard input',
  },
  'entry.program-failed': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'the program that reads secrets ended before its time ({reason}); nothing was sent and the terminal was put back: try again',
  },
  'entry.key-unusable': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      'the agent gave no usable key to seal the share to; read the status of the ceremony and try again',
  },
  'entry.boxes-unreadable': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'the cluster was made, but {what} does not open with the key it was sealed to: nobody can use this cluster; remove its data and initialise it again',
  },
} as const satisfies ErrorArea;

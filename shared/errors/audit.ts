import type { ErrorArea } from './spec.ts';

export const auditErrors = {
  'audit.unavailable': {
    status: 500,
    exit: 2,
    retryable: true,
    message:
      'no audit device could write, so nothing is done and nothing is answered: {devices}; ' +
      'the agent tries again by itself, no restart is needed',
  },
  'audit.overloaded': {
    status: 429,
    exit: 2,
    retryable: true,
    message: 'too many records wait for the audit log; try again after the time in Retry-After',
  },
  'audit.stopped': {
    status: 503,
    exit: 2,
    retryable: true,
    message: 'the agent is stopping and its audit log is closed; ask another agent or try later',
  },
  'audit.entry-too-large': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the audit record of this request is larger than {lineBytesMax} bytes; ' +
      'ask for less at once',
  },
  'audit.device': {
    status: 500,
    exit: 1,
    retryable: true,
    message: 'audit device {device}: {reason}; {cure}',
  },
  'audit.key-file': {
    status: 500,
    exit: 1,
    retryable: false,
    message: 'the audit key file {file} {problem}; {cure}',
  },
  'audit.input': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{file} {problem}; {cure}',
  },
} as const satisfies ErrorArea;

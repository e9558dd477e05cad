import type { ErrorArea } from './spec.ts';

export const serviceErrors = {
  'service.path': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'a path of the program or its configuration holds characters that a unit file cannot carry; install StrongBox in a plainly named folder such as /opt/strongbox',
  },
  'service.hidden-path': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'the unit hides {folder} from the service, so nothing there can be its program; install StrongBox in /opt/strongbox and run this again from there',
  },
  'service.not-root': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'installing a service needs root; run it with sudo, or with --root FOLDER to look first',
  },
  'service.user': {
    status: 500,
    exit: 1,
    retryable: false,
    message: 'the system user "strongbox" could not be made with useradd; make it and try again',
  },
} as const satisfies ErrorArea;

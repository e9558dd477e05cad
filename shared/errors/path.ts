import type { ErrorArea } from './spec.ts';

export const pathErrors = {
  'path.invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the path is not canonical: {reason}',
  },
  'path.too-long': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the path is longer than {pathBytesMax} bytes; choose a shorter one',
  },
  'path.name-invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the name is not valid: {reason}',
  },
} as const satisfies ErrorArea;

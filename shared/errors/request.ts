import type { ErrorArea } from './spec.ts';

export const requestErrors = {
  'request.permission-denied': {
    status: 403,
    exit: 2,
    retryable: false,
    message: '1 error occurred:\n\t* permission denied\n\n',
  },
  'request.not-found': { status: 404, exit: 2, retryable: false, message: '' },
  'request.sealed': {
    status: 503,
    exit: 2,
    retryable: true,
    message: 'Vault is sealed',
  },
  'request.field-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'field "{field}" must be {expected}',
  },
  'request.field-missing': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'field "{field}" is required',
  },
  'request.internal': {
    status: 500,
    exit: 2,
    retryable: true,
    message: 'internal error; the server log has the cause under this request id',
  },
} as const satisfies ErrorArea;

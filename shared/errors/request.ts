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
  'request.no-handler': {
    status: 404,
    exit: 2,
    retryable: false,
    message: 'no handler for route. route entry not found.',
  },
  'request.unsupported-operation': {
    status: 405,
    exit: 2,
    retryable: false,
    message: '1 error occurred:\n\t* unsupported operation\n\n',
  },
  'request.body-not-object': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the body must be a JSON object or a form',
  },
  'request.namespace-unknown': {
    status: 404,
    exit: 2,
    retryable: false,
    message:
      'there is no such namespace: this version has the root namespace only; leave X-Vault-Namespace out',
  },
  'request.namespace-root-only': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'this path is served in the root namespace only; leave X-Vault-Namespace out',
  },
  'request.wrapping-unavailable': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'response wrapping is not available in this version; leave X-Vault-Wrap-TTL out',
  },
  'request.overloaded': {
    status: 429,
    exit: 2,
    retryable: true,
    message: 'too many requests are being served; try again after the time in Retry-After',
  },
  'request.cancelled': {
    status: 503,
    exit: 2,
    retryable: true,
    message: 'the client has gone or the deadline has passed; nothing was changed',
  },
  'request.internal': {
    status: 500,
    exit: 2,
    retryable: true,
    message: 'internal error; the server log has the cause under this request id',
  },
} as const satisfies ErrorArea;

import type { ErrorArea } from './spec.ts';

/** Refusals of the HTTP edge, before a request reaches the core. */
export const httpErrors = {
  'http.malformed': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the request is not well-formed HTTP/1.1; check what sends it',
  },
  'http.version-unsupported': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'only HTTP/1.1 is served',
  },
  'http.target-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the request target is not a plain path: {reason}',
  },
  'http.query-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the query string is not valid: {reason}',
  },
  'http.header-duplicate': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the header {header} is given more than once; send it once',
  },
  'http.header-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the header {header} must be {expected}',
  },
  'http.headers-too-large': {
    status: 431,
    exit: 2,
    retryable: false,
    message:
      'the headers are larger than {headBytesMax} bytes, or more than {headersMax}; send fewer',
  },
  'http.host-unknown': {
    status: 421,
    exit: 2,
    retryable: false,
    message:
      'this agent does not answer to the name in the Host header; ' +
      'use its address, or add the name to "names" of the listener in its configuration',
  },
  'http.origin-refused': {
    status: 403,
    exit: 2,
    retryable: false,
    message: 'requests from web pages (with an Origin header) are refused',
  },
  'http.method-unsupported': {
    status: 405,
    exit: 2,
    retryable: false,
    message: 'unsupported operation',
  },
  'http.expectation-unsupported': {
    status: 417,
    exit: 2,
    retryable: false,
    message: 'the only expectation served is 100-continue',
  },
  'http.content-type-missing': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'PATCH needs the header Content-Type: application/merge-patch+json',
  },
  'http.content-type-unsupported': {
    status: 415,
    exit: 2,
    retryable: false,
    message: 'the content type is not supported here; PATCH takes application/merge-patch+json',
  },
  'http.content-encoding-unsupported': {
    status: 415,
    exit: 2,
    retryable: false,
    message: 'compressed bodies are not supported; send the body without Content-Encoding',
  },
  'http.body-too-large': {
    status: 413,
    exit: 2,
    retryable: false,
    message: 'the body is larger than {requestBytesMax} bytes; send less at once',
  },
  'http.read-timeout': {
    status: 408,
    exit: 2,
    retryable: true,
    message: 'the request did not arrive in time; send it again',
  },
  'http.handling-timeout': {
    status: 503,
    exit: 2,
    retryable: false,
    message:
      'the request was not answered within {seconds} seconds; ' +
      'whether it took effect is unknown: read before you repeat it',
  },
  'http.stopping': {
    status: 503,
    exit: 2,
    retryable: true,
    message: 'this agent is stopping; ask another one',
  },
} as const satisfies ErrorArea;

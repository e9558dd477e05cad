import type { ErrorArea } from './spec.ts';

export const jsonErrors = {
  'json.invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the JSON is not valid at byte {offset}: expected {expected}',
  },
  'json.not-utf8': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the JSON is not UTF-8 at byte {offset}',
  },
  'json.duplicate-key': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the JSON repeats a key of its object at byte {offset}',
  },
  'json.number-too-large': {
    status: 400,
    exit: 1,
    retryable: false,
    message:
      'the JSON number at byte {offset} is too large to be kept exactly; send it as a string',
  },
  'json.too-deep': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'refused JSON due to high complexity: nested deeper than {depthMax}',
  },
  'json.too-complex': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'refused JSON due to high complexity: more than {tokensMax} keys and values',
  },
  'json.secret-escaped': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'field "{field}" must be a string of plain ASCII without escapes',
  },
} as const satisfies ErrorArea;

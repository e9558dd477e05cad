import type { ErrorArea } from './spec.ts';

export const configErrors = {
  'config.unreadable': {
    status: 500,
    exit: 1,
    retryable: false,
    message: 'the configuration {file} cannot be read ({code}); check its path and mode',
  },
  'config.invalid': {
    status: 500,
    exit: 1,
    retryable: false,
    message: '{file}:{line}: {problem}',
  },
} as const satisfies ErrorArea;

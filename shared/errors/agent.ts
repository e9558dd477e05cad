import type { ErrorArea } from './spec.ts';

export const agentErrors = {
  'agent.arguments': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{problem}; see strongbox-agent --help',
  },
  'agent.dev-start': {
    status: 500,
    exit: 1,
    retryable: false,
    message: 'the development server could not {action} (answer {status})',
  },
} as const satisfies ErrorArea;

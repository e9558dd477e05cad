import type { ErrorArea } from './spec.ts';

export const policyErrors = {
  'policy.invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the policy is not valid: line {line}, column {column}: {problem}',
  },
  'policy.too-complex': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the policies of the token have more than {aclRulesMax} rules together; attach fewer',
  },
} as const satisfies ErrorArea;

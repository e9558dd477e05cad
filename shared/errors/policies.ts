import type { ErrorArea } from './spec.ts';

/** Stored policies. Clients match these texts: they are Vault's where Vault has one. */
export const policiesErrors = {
  'policies.cas-mismatch': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'check-and-set parameter did not match the current version {version}; read the policy again',
  },
  'policies.cas-required': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'check-and-set parameter required for this policy; give its version as "cas"',
  },
  'policies.default-needed': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'cannot delete "default" policy',
  },
  'policies.root-fixed': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'cannot update "root" policy',
  },
  'policies.unreadable': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the stored policy "{name}" cannot be read, so tokens that have it can do nothing; write it again',
  },
  'policies.text-missing': {
    status: 400,
    exit: 2,
    retryable: false,
    message: "'policy' parameter not supplied or empty",
  },
} as const satisfies ErrorArea;

import type { ErrorArea } from './spec.ts';

/** Tokens and token roles. Clients match these texts: they are Vault's where Vault has one. */
export const tokenErrors = {
  'token.accessor-unknown': {
    status: 403,
    exit: 2,
    retryable: false,
    message: '1 error occurred:\n\t* invalid accessor\n\n',
  },
  'token.batch-parent': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'batch tokens cannot create more tokens',
  },
  'token.batch-renewal': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'batch tokens cannot be renewed',
  },
  'token.batch-revocation': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'batch tokens cannot be revoked; they end with their parent or their TTL',
  },
  'token.batch-unsuited': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'batch tokens cannot have {property}',
  },
  'token.batch-too-large': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the batch token would be longer than {tokenBytesMax} bytes; give it fewer policies or less meta',
  },
  'token.depth': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the calling token has {tokenDepthMax} ancestors, the most there can be; use an orphan token',
  },
  'token.id-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the token id {reason}',
  },
  'token.id-taken': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'cannot create a token with a duplicate id',
  },
  'token.not-allowed': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'root or sudo privileges required to {action}',
  },
  'token.not-renewable': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'lease is not renewable',
  },
  'token.past-max-ttl': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'past the max TTL, cannot renew',
  },
  'token.policies-exceed-parent': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'child policies must be subset of parent',
  },
  'token.policies-outside-role': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the role does not allow one of the policies',
  },
  'token.policy-root': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'root tokens may not be created without parent token being root',
  },
  'token.policy-root-expiring': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'expiring root tokens cannot create non-expiring root tokens',
  },
  'token.restricted-uses': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'restricted use token cannot generate child tokens',
  },
  'token.role-unknown': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'unknown role',
  },
  'token.unknown': {
    status: 403,
    exit: 2,
    retryable: false,
    message: '1 error occurred:\n\t* bad token\n\n',
  },
  'token.unsupported': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'field "{field}" is not supported; leave it out',
  },
} as const satisfies ErrorArea;

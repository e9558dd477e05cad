import type { ErrorArea } from './spec.ts';

/** The mount table. Clients match these texts: they are Vault's where Vault has one. */
export const mountErrors = {
  'mount.auth-type-unknown': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'plugin not found in the catalog: this version has no auth method but "token"',
  },
  'mount.built-in': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'this mount is always there: it cannot be {action}',
  },
  'mount.limit': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'there are {mountsMax} mounts, the most there can be; disable one that nobody needs',
  },
  'mount.not-found': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'No secret engine mount at {path}',
  },
  'mount.overlap': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'path is already in use: existing mount at {path}',
  },
  'mount.path-in-use': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'path is already in use at {path}',
  },
  'mount.path-reserved': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'cannot mount at this path: sys/, auth/, audit/, cubbyhole/ and identity/ are reserved',
  },
  'mount.ttl': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'given default lease TTL is longer than the maximum lease TTL',
  },
  'mount.type-unknown': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'plugin not found in the catalog: there is no secrets engine of this type',
  },
  'mount.version-change': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the version of a key-value mount cannot be changed; enable a new mount and copy',
  },
} as const satisfies ErrorArea;

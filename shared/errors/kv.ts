import type { ErrorArea } from './spec.ts';

/** The key-value engines. Clients match these texts: they are Vault's where Vault has one. */
export const kvErrors = {
  'kv.cas-malformed': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'error parsing check-and-set parameter',
  },
  'kv.cas-mismatch': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'check-and-set parameter did not match the current version',
  },
  'kv.cas-required': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'check-and-set parameter required for this call',
  },
  'kv.custom-metadata-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'custom_metadata validation failed: {reason}',
  },
  'kv.data-missing': { status: 400, exit: 2, retryable: false, message: 'no data provided' },
  'kv.path-too-long': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the path of the metadata of this secret would be longer than {pathBytesMax} bytes; ' +
      'choose a shorter one',
  },
  'kv.fields-missing': { status: 400, exit: 2, retryable: false, message: 'missing data fields' },
  'kv.list-too-long': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'more than {namesMax} names; ask for a part with the query parameters "after" and "limit"',
  },
  'kv.metadata-cas-mismatch': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'metadata check-and-set parameter does not match the current version',
  },
  'kv.metadata-cas-required': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'metadata check-and-set parameter required for this call',
  },
  'kv.path-missing': { status: 400, exit: 2, retryable: false, message: 'missing path' },
  'kv.versions-missing': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'No version number provided',
  },
} as const satisfies ErrorArea;

import type { ErrorArea } from './spec.ts';

/** System routes. Clients match these texts: they are Vault's where Vault has one. */
export const systemErrors = {
  'system.accessor-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'invalid accessor',
  },
  'system.audit-device-unknown': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'unknown audit backend; the names are those of sys/audit',
  },
  'system.audit-by-configuration': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'cannot enable or disable an audit device via API; use declarative, config-based audit device management instead',
  },
  'system.duty-fenced': {
    status: 503,
    exit: 2,
    retryable: true,
    message: 'another node has taken over the duties of this one',
  },
  'system.generate-root-off': {
    status: 403,
    exit: 2,
    retryable: false,
    message:
      'generating a root token without a token is not allowed from here; use sys/generate-root-token with a token, or a peer on the same host',
  },
  'system.generate-root-not-started': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'no root generation in progress',
  },
  'system.init-remote': {
    status: 403,
    exit: 2,
    retryable: false,
    message:
      'before the cluster is initialised, this is answered on loopback and on the Unix socket only; run it on the host, or set "init: { from: anywhere }"',
  },
  'system.metrics-format': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'metrics are given in the form "prometheus" only',
  },
  'system.preflight': {
    status: 403,
    exit: 2,
    retryable: false,
    message:
      'preflight capability check returned 403, please ensure client\'s policies grant access to path "{path}"',
  },
  'system.record-missing': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the store lacks records that were made at its initialisation; restore the store from a backup',
  },
  'system.reset-or-key': {
    status: 400,
    exit: 2,
    retryable: false,
    message: "'key' (or 'share') must be specified in request body as JSON, or 'reset' set to true",
  },
  'system.token-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'invalid token',
  },
  'system.unsupported': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'field "{field}" is not supported: {reason}',
  },
} as const satisfies ErrorArea;

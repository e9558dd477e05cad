import type { ErrorArea } from './spec.ts';

/** Certificates and keys of listeners; for the operator who starts or reloads the agent. */
export const tlsErrors = {
  'tls.file-unreadable': {
    status: 500,
    exit: 1,
    retryable: false,
    message: 'cannot read {path} ({reason}); the user that runs the agent must be able to',
  },
  'tls.key-exposed': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'the private key {path} is open to others (mode {mode}); ' +
      'anybody who read it can stand in for this agent: replace it, or "chmod 600 {path}"',
  },
  'tls.certificate-invalid': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      "{path} does not begin with a certificate in PEM form; put the server's first, then its chain",
  },
  'tls.key-invalid': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      '{path} is not a private key in PEM form without a passphrase; convert it with "openssl pkey"',
  },
  'tls.mismatch': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'the certificate {certificate} was not made for the private key {key}; name two that belong together',
  },
  'tls.refused': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'OpenSSL refuses the certificate {certificate} with its key (too weak, or broken); ' +
      'make a new one with an EC key or at least RSA 2048',
  },
  'tls.authority-broken': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'the certificate authority in {path} does not belong to its key; restore both from the ' +
      'same backup, or remove both: a new one is made, and clients must be given its ca.pem',
  },
  'tls.authority-key-missing': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'there is no usable certificate in {path}, and the key of its authority is in the sealed ' +
      'store; restore the folder from a backup',
  },
} as const satisfies ErrorArea;

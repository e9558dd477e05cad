/** `sys/`: keys that are counted and rotated, and root tokens that are generated. */
import type { RouteTable } from './route.ts';
import { nonceField, rootAttemptFields, rootUpdateFields } from './sys-fields.ts';

const rootAttemptOperations = {
  read: { effect: false, shape: 'bare' },
  write: { effect: true, shape: 'bare', fields: rootAttemptFields },
  delete: { effect: true, shape: 'bare', fields: nonceField },
} as const;

const rootUpdateOperation = {
  effect: true,
  shape: 'bare',
  fields: rootUpdateFields,
  secretBody: true,
} as const;

export const sysKeyRoutes = {
  keyStatus: {
    pattern: 'key-status',
    summary: 'Term and use of the key that seals values.',
    operations: { read: { effect: false, shape: 'injected' } },
  },
  rotate: {
    pattern: 'rotate',
    summary: 'Start a new term of the key that seals values.',
    operations: { write: { effect: true, sudo: true, shape: 'injected' } },
  },
  rotateKeyring: {
    pattern: 'rotate/keyring',
    summary: 'Start a new term of the key that seals values.',
    operations: { write: { effect: true, sudo: true, shape: 'injected' } },
  },
  rotateConfig: {
    pattern: 'rotate/config',
    summary: 'When the key starts a new term by itself.',
    operations: { read: { effect: false } },
  },
  rotateKeyringConfig: {
    pattern: 'rotate/keyring/config',
    summary: 'When the key starts a new term by itself.',
    operations: { read: { effect: false } },
  },
  generateRootAttempt: {
    pattern: 'generate-root/attempt',
    summary: 'Make a root token from shares, without a token (off unless configured).',
    operations: {
      read: { ...rootAttemptOperations.read, anonymous: true },
      write: { ...rootAttemptOperations.write, anonymous: true },
      delete: { ...rootAttemptOperations.delete, anonymous: true },
    },
  },
  generateRootUpdate: {
    pattern: 'generate-root/update',
    summary: 'Enter one share for a new root token, without a token (off unless configured).',
    operations: { write: { ...rootUpdateOperation, anonymous: true } },
  },
  generateRootTokenAttempt: {
    pattern: 'generate-root-token/attempt',
    summary: 'Make a root token from shares.',
    operations: {
      read: { ...rootAttemptOperations.read, sudo: true },
      write: { ...rootAttemptOperations.write, sudo: true },
      delete: { ...rootAttemptOperations.delete, sudo: true },
    },
  },
  generateRootTokenUpdate: {
    pattern: 'generate-root-token/update',
    summary: 'Enter one share for a new root token.',
    operations: { write: { ...rootUpdateOperation, sudo: true } },
  },
  decodeToken: {
    pattern: 'decode-token',
    summary: 'Take the one-time pad off an encoded root token.',
    operations: {
      write: {
        effect: false,
        anonymous: true,
        whenSealed: true,
        fields: {
          encoded_token: { type: 'string', required: true, description: 'Unpadded base64.' },
          otp: { type: 'string', required: true, description: 'The one-time pad.' },
        },
      },
    },
  },
} as const satisfies RouteTable;

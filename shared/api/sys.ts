import type { RouteTable } from './route.ts';
import {
  ceremonyFields,
  controlTopicFields,
  healthFields,
  initFields,
  mountFields,
  nonceField,
  operatorFields,
  pathsFields,
  policyFields,
  rootAttemptFields,
  rootUpdateFields,
  sealFields,
  shareFields,
  tuneFields,
} from './sys-fields.ts';

/**
 * `sys/`: Vault's system routes (docs: HTTP API, system backend) and StrongBox's own beside them.
 * `shape` says which answers have no envelope and which repeat their data at its top level.
 */

const policyOperations = {
  read: { effect: false, shape: 'injected' },
  write: { effect: true, fields: policyFields, shape: 'injected' },
  delete: { effect: true, shape: 'injected' },
} as const;

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

export const sysRoutes = {
  init: {
    pattern: 'init',
    summary: 'Whether the cluster is initialised; initialise it.',
    operations: {
      read: { effect: false, anonymous: true, whenSealed: true, unaudited: true, shape: 'bare' },
      write: {
        effect: true,
        anonymous: true,
        whenSealed: true,
        shape: 'bare',
        fields: initFields,
      },
    },
  },
  sealStatus: {
    pattern: 'seal-status',
    summary: 'Whether this node is sealed, and how many shares are entered.',
    operations: {
      read: { effect: false, anonymous: true, whenSealed: true, unaudited: true, shape: 'bare' },
    },
  },
  unseal: {
    pattern: 'unseal',
    summary: 'Enter one share.',
    operations: {
      write: {
        effect: true,
        anonymous: true,
        whenSealed: true,
        servedWithoutAudit: true,
        urgent: true,
        secretBody: true,
        shape: 'bare',
        fields: {
          ...shareFields,
          ...ceremonyFields,
          migrate: { type: 'boolean', description: 'Not supported: refused if true.' },
        },
      },
    },
  },
  seal: {
    pattern: 'seal',
    summary: 'Drop all keys; shares are needed to serve again.',
    operations: { write: { effect: true, sudo: true, urgent: true, fields: sealFields } },
  },
  stepDown: {
    pattern: 'step-down',
    summary: 'Give up leadership.',
    operations: { write: { effect: true, sudo: true, servedWithoutAudit: true, urgent: true } },
  },
  health: {
    pattern: 'health',
    summary: 'State of this node as an HTTP status.',
    operations: {
      read: {
        effect: false,
        anonymous: true,
        whenSealed: true,
        unaudited: true,
        shape: 'bare',
        fields: healthFields,
      },
    },
  },
  leader: {
    pattern: 'leader',
    summary: 'Which node leads.',
    operations: {
      read: { effect: false, anonymous: true, whenSealed: true, unaudited: true, shape: 'bare' },
    },
  },
  metrics: {
    pattern: 'metrics',
    summary: 'Metrics in the text form of Prometheus.',
    operations: {
      read: {
        effect: false,
        anonymous: true,
        whenSealed: true,
        unaudited: true,
        shape: 'bare',
        fields: { format: { type: 'string', description: 'Only "prometheus".' } },
      },
    },
  },
  haStatus: {
    pattern: 'ha-status',
    summary: 'The nodes of the cluster.',
    operations: { read: { effect: false, shape: 'injected' } },
  },
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
  mounts: {
    pattern: 'mounts',
    summary: 'List the mounted secrets engines.',
    operations: { read: { effect: false, shape: 'injected' } },
  },
  mountTune: {
    pattern: 'mounts/*path/tune',
    summary: 'Read or change the settings of a mount.',
    operations: {
      read: { effect: false, shape: 'injected' },
      write: { effect: true, fields: tuneFields, shape: 'injected' },
    },
  },
  mount: {
    pattern: 'mounts/*path',
    summary: 'Enable, look at or disable one secrets engine.',
    operations: {
      read: { effect: false, shape: 'injected' },
      write: { effect: true, fields: mountFields, shape: 'injected' },
      delete: { effect: true, shape: 'injected' },
    },
  },
  authMounts: {
    pattern: 'auth',
    summary: 'List the auth methods.',
    operations: { read: { effect: false, shape: 'injected' } },
  },
  authMountTune: {
    pattern: 'auth/*path/tune',
    summary: 'Read or change the settings of an auth method.',
    operations: {
      read: { effect: false, sudo: true, shape: 'injected' },
      write: { effect: true, sudo: true, fields: tuneFields, shape: 'injected' },
    },
  },
  authMount: {
    pattern: 'auth/*path',
    summary: 'Enable, look at or disable one auth method.',
    operations: {
      read: { effect: false, sudo: true, shape: 'injected' },
      write: { effect: true, sudo: true, fields: mountFields, shape: 'injected' },
      delete: { effect: true, sudo: true, shape: 'injected' },
    },
  },
  policies: {
    pattern: 'policy',
    summary: 'List the policies.',
    operations: {
      read: { effect: false, shape: 'injected' },
      list: { effect: false, shape: 'injected' },
    },
  },
  policy: {
    pattern: 'policy/:name',
    summary: 'Read, write or delete one policy.',
    operations: policyOperations,
  },
  aclPolicies: {
    pattern: 'policies/acl',
    summary: 'List the policies.',
    operations: { list: { effect: false } },
  },
  aclPolicy: {
    pattern: 'policies/acl/:name',
    summary: 'Read, write or delete one policy.',
    operations: {
      read: { effect: false },
      write: { effect: true, fields: policyFields },
      delete: { effect: true },
    },
  },
  operators: {
    pattern: 'operators',
    summary: 'List the registered operators.',
    operations: { list: { effect: false } },
  },
  operator: {
    pattern: 'operators/:name',
    summary: 'Read, register or forget one operator.',
    operations: {
      read: { effect: false },
      write: { effect: true, fields: operatorFields },
      delete: { effect: true },
    },
  },
  explainPolicies: {
    pattern: 'policies/explain',
    summary: 'Which rule of which policy decides over a request of the calling token.',
    operations: {
      write: {
        effect: false,
        fields: {
          path: { type: 'string', required: true, description: 'Path of the request.' },
          capability: {
            type: 'string',
            required: true,
            description: 'Capability that it needs, as "read".',
          },
        },
      },
    },
  },
  capabilities: {
    pattern: 'capabilities',
    summary: 'What a token may do on paths.',
    operations: {
      write: {
        effect: false,
        shape: 'injected',
        fields: {
          ...pathsFields,
          token: { type: 'string', required: true, description: 'The token that is meant.' },
        },
      },
    },
  },
  capabilitiesSelf: {
    pattern: 'capabilities-self',
    summary: 'What the calling token may do on paths.',
    operations: { write: { effect: false, shape: 'injected', fields: pathsFields } },
  },
  capabilitiesAccessor: {
    pattern: 'capabilities-accessor',
    summary: 'What the token with this accessor may do on paths.',
    operations: {
      write: {
        effect: false,
        shape: 'injected',
        fields: {
          ...pathsFields,
          accessor: { type: 'string', required: true, description: 'Accessor of the token.' },
        },
      },
    },
  },
  visibleMounts: {
    pattern: 'internal/ui/mounts',
    summary: 'The mounts that the caller may know of.',
    operations: { read: { effect: false, anonymous: true } },
  },
  visibleMount: {
    pattern: 'internal/ui/mounts/*path',
    summary: 'Type and options of the mount that a path lies in.',
    operations: { read: { effect: false, anonymous: true } },
  },
  resultantAcl: {
    pattern: 'internal/ui/resultant-acl',
    summary: 'All rules that hold for the calling token.',
    operations: { read: { effect: false } },
  },
  controlTopic: {
    pattern: 'control/:topic',
    summary: 'Whether the caller may follow a topic of the control channel.',
    operations: { read: { effect: false, fields: controlTopicFields } },
  },
  auditDevices: {
    pattern: 'audit',
    summary: 'List the audit devices.',
    operations: { read: { effect: false, sudo: true, shape: 'injected' } },
  },
  auditDevice: {
    pattern: 'audit/*path',
    summary: 'Audit devices come from the configuration alone: refused.',
    operations: {
      write: { effect: true, sudo: true, openBody: true },
      delete: { effect: true, sudo: true },
    },
  },
  auditHash: {
    pattern: 'audit-hash/*path',
    summary: 'How the audit log shows a text.',
    operations: {
      write: {
        effect: false,
        shape: 'injected',
        fields: {
          input: { type: 'string', required: true, description: 'The text.' },
        },
      },
    },
  },
} as const satisfies RouteTable;

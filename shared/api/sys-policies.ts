/** `sys/`: policies, and what they say of a token. */
import type { RouteTable } from './route.ts';
import { pathsFields, policyFields } from './sys-fields.ts';

const policyOperations = {
  read: { effect: false, shape: 'injected' },
  write: { effect: true, fields: policyFields, shape: 'injected' },
  delete: { effect: true, shape: 'injected' },
} as const;

export const sysPolicyRoutes = {
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
  resultantAcl: {
    pattern: 'internal/ui/resultant-acl',
    summary: 'All rules that hold for the calling token.',
    operations: { read: { effect: false } },
  },
} as const satisfies RouteTable;

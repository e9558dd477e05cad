/** `sys/`: whether there is a cluster, whether it is sealed, and what it tells of itself. */
import type { RouteTable } from './route.ts';
import { ceremonyFields, healthFields, initFields, sealFields, shareFields } from './sys-fields.ts';

export const sysStateRoutes = {
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
} as const satisfies RouteTable;

/** `sys/`: who operates the cluster, what they follow, and the audit log. */
import type { RouteTable } from './route.ts';
import { controlTopicFields, operatorFields } from './sys-fields.ts';

export const sysOperatorRoutes = {
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

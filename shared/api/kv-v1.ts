import { listFields } from './kv-fields.ts';
import type { RouteTable } from './route.ts';

/** KV version 1: one value at each path, no history. Every path below the mount is a secret. */
export const kvV1Routes = {
  secret: {
    pattern: '*path?',
    summary: 'Read, write, delete and list secrets.',
    operations: {
      read: { effect: false },
      write: { effect: true, openBody: true },
      delete: { effect: true },
      list: { effect: false, fields: listFields },
      scan: { effect: false, fields: listFields },
    },
  },
} as const satisfies RouteTable;

import { listFields } from './kv-fields.ts';
import type { RouteTable } from './route.ts';

/** Cubbyhole: KV version 1 that belongs to one token and dies with it. */
export const cubbyholeRoutes = {
  secret: {
    pattern: '*path?',
    summary: "Read, write, delete and list the calling token's own secrets.",
    operations: {
      read: { effect: false },
      write: { effect: true, openBody: true },
      delete: { effect: true },
      list: { effect: false, fields: listFields },
      scan: { effect: false, fields: listFields },
    },
  },
} as const satisfies RouteTable;

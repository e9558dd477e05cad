import type { RouteTable } from './route.ts';
import { sysKeyRoutes } from './sys-keys.ts';
import { sysMountRoutes } from './sys-mounts.ts';
import { sysOperatorRoutes } from './sys-operators.ts';
import { sysPolicyRoutes } from './sys-policies.ts';
import { sysStateRoutes } from './sys-state.ts';

/**
 * `sys/`: Vault's system routes (docs: HTTP API, system backend) and StrongBox's own beside them.
 * `shape` says which answers have no envelope and which repeat their data at its top level.
 */
export const sysRoutes = {
  ...sysStateRoutes,
  ...sysKeyRoutes,
  ...sysMountRoutes,
  ...sysPolicyRoutes,
  ...sysOperatorRoutes,
} as const satisfies RouteTable;

import type { sysRoutes } from '../../../shared/api/sys.ts';
import type { CoreHandlers } from '../core-call.ts';
import { auditHandlers } from './audit.ts';
import { capabilityHandlers } from './capabilities.ts';
import { controlHandlers } from './control.ts';
import { generateRootHandlers } from './generate-root.ts';
import { initHandlers } from './init.ts';
import { keyHandlers } from './keys.ts';
import { mountHandlers } from './mounts.ts';
import { operatorHandlers } from './operators.ts';
import type { SystemParts } from './parts.ts';
import { policyHandlers } from './policies.ts';
import { statusHandlers } from './status.ts';
import { unsealHandlers } from './unseal.ts';
import { visibleMountHandlers } from './visible-mounts.ts';

/** The handlers of all routes below `sys/`, put together from their groups. */
export function systemHandlers(parts: SystemParts): CoreHandlers<typeof sysRoutes> {
  return {
    ...initHandlers(parts),
    ...statusHandlers(parts),
    ...unsealHandlers(parts),
    ...keyHandlers(parts),
    ...generateRootHandlers(parts),
    ...mountHandlers(parts),
    ...policyHandlers(),
    ...operatorHandlers(),
    ...capabilityHandlers(parts),
    ...visibleMountHandlers(),
    ...auditHandlers(parts),
    ...controlHandlers(),
  };
}

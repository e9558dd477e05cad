/** `sys/audit` and `sys/audit-hash`: the devices of the configuration, and keyed hashes. */
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import type { CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import type { AuditDeviceFacts } from '../options.ts';
import type { SystemParts } from './parts.ts';

type Routes = typeof sysRoutes;

/**
 * Audit devices come from the configuration alone: a file device made by a request could write any
 * file that the service may write (CVE-2025-54997).
 */
export function auditHandlers(
  parts: SystemParts,
): CoreHandlerGroup<Routes, 'auditDevices' | 'auditDevice' | 'auditHash'> {
  const { auditDevices } = parts.options;
  const refuse = async (): Promise<CoreOutcome> => {
    throw failure('system.audit-by-configuration');
  };
  return {
    auditDevices: {
      read: async () => ({
        data: Object.fromEntries(auditDevices.map((device) => [`${device.name}/`, body(device)])),
      }),
    },
    auditDevice: { write: refuse, delete: refuse },
    auditHash: {
      async write({ parameters, fields }) {
        if (!auditDevices.some(({ name }) => name === parameters.path)) {
          throw failure('system.audit-device-unknown');
        }
        const hash = parts.auditHasher.hash(fields.input);
        if (hash === undefined) throw failure('request.sealed');
        return { data: { hash } };
      },
    },
  };
}

function body({ name, type, description, options }: AuditDeviceFacts): JsonObject {
  return { path: `${name}/`, type, description, options, local: false };
}

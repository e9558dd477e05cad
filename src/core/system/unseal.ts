/** `sys/unseal`, `sys/seal`, `sys/seal-status`: who holds the keys. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import type { SystemParts } from './parts.ts';
import { sealStatus } from './status.ts';

type Routes = typeof sysRoutes;
type UnsealFields = FieldsOf<Routes['unseal']['operations']['write']['fields']>;

/** Entering shares, and dropping the keys again. */
export function unsealHandlers(
  parts: SystemParts,
): CoreHandlerGroup<Routes, 'unseal' | 'seal' | 'stepDown'> {
  return {
    unseal: { write: ({ fields, secrets }) => unseal(parts, fields, enteredShare(secrets)) },
    seal: {
      async write() {
        await parts.seal.seal();
        return {};
      },
    },
    stepDown: {
      async write() {
        await parts.leadership.stepDown();
        return {};
      },
    },
  };
}

/** The share of a request under either of its names; the pipeline zeroes it afterwards. */
export function enteredShare(secrets: ReadonlyMap<string, Uint8Array>): Uint8Array | undefined {
  return secrets.get('key') ?? secrets.get('share');
}

async function unseal(
  parts: SystemParts,
  fields: UnsealFields,
  share: Uint8Array | undefined,
): Promise<CoreOutcome> {
  if (fields.migrate === true) {
    throw failure('system.unsupported', { field: 'migrate', reason: 'there is one kind of seal' });
  }
  if (fields.reset === true) {
    parts.seal.reset();
    return { data: sealStatus(parts) };
  }
  if (share === undefined) throw failure('system.reset-or-key');
  await parts.seal.submit(share);
  return { data: sealStatus(parts) };
}

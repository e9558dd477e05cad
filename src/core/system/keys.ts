/** `sys/key-status`, `sys/rotate` and below: the terms of the keyring. */
import type { sysRoutes } from '../../../shared/api/sys.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { formatTime } from '../../../shared/units/time.ts';
import { termUsesMax } from '../../barrier/limits.ts';
import { rootNamespaceId } from '../../namespaces/layout.ts';
import {
  type CoreCall,
  type CoreHandlerGroup,
  type CoreOutcome,
  nothingStored,
} from '../core-call.ts';
import type { SystemParts } from './parts.ts';

type Routes = typeof sysRoutes;

/** The key that seals values: its term, and how it is replaced. */
export function keyHandlers(
  parts: SystemParts,
): CoreHandlerGroup<
  Routes,
  'keyStatus' | 'rotate' | 'rotateKeyring' | 'rotateConfig' | 'rotateKeyringConfig'
> {
  const write = (call: CoreCall<unknown, unknown>): Promise<CoreOutcome> => rotate(parts, call);
  const read = async (): Promise<CoreOutcome> => ({ data: rotationConfig });
  return {
    keyStatus: { read: async () => ({ data: keyStatus(parts) }) },
    rotate: { write },
    rotateKeyring: { write },
    rotateConfig: { read },
    rotateKeyringConfig: { read },
  };
}

/** A term ends by the number of its uses, counted and reserved ahead; there is nothing to set. */
const rotationConfig: JsonObject = { enabled: true, max_operations: termUsesMax, interval: 0 };

function keyStatus({ barrier }: SystemParts): JsonObject {
  const { term, installTimeMs, encryptions } = barrier.keyStatus(rootNamespaceId);
  return { term, install_time: formatTime(installTimeMs), encryptions };
}

async function rotate(
  { barrier, events }: SystemParts,
  call: CoreCall<unknown, unknown>,
): Promise<CoreOutcome> {
  await call.transact(nothingStored);
  await barrier.rotate(rootNamespaceId);
  const { term } = barrier.keyStatus(rootNamespaceId);
  await events.record('key_rotated', { term }, call.requestId);
  return {};
}

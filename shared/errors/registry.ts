import { auditErrors } from './audit.ts';
import { barrierErrors } from './barrier.ts';
import { cryptoErrors } from './crypto.ts';
import { encodingErrors } from './encoding.ts';
import { jsonErrors } from './json.ts';
import { kvErrors } from './kv.ts';
import { pathErrors } from './path.ts';
import { requestErrors } from './request.ts';
import { shareErrors } from './share.ts';
import type { ErrorSpec } from './spec.ts';
import { storeErrors } from './store.ts';
import { unitsErrors } from './units.ts';

/** Every error StrongBox can answer with, by its stable code. One file an area, joined here. */
export const ERROR_REGISTRY = {
  ...auditErrors,
  ...barrierErrors,
  ...cryptoErrors,
  ...encodingErrors,
  ...jsonErrors,
  ...kvErrors,
  ...pathErrors,
  ...requestErrors,
  ...shareErrors,
  ...storeErrors,
  ...unitsErrors,
} as const;

export type ErrorCode = keyof typeof ERROR_REGISTRY;

/** The registry's entry for a code. */
export function errorSpec(code: ErrorCode): ErrorSpec {
  return ERROR_REGISTRY[code];
}

import { agentErrors } from './agent.ts';
import { auditErrors } from './audit.ts';
import { barrierErrors } from './barrier.ts';
import { cliErrors } from './cli.ts';
import { clientErrors } from './client.ts';
import { configErrors } from './config.ts';
import { controlErrors } from './control.ts';
import { cryptoErrors } from './crypto.ts';
import { dataFolderErrors } from './data-folder.ts';
import { encodingErrors } from './encoding.ts';
import { entryErrors } from './entry.ts';
import { httpErrors } from './http.ts';
import { jsonErrors } from './json.ts';
import { kvErrors } from './kv.ts';
import { linkErrors } from './link.ts';
import { listenerErrors } from './listener.ts';
import { mountErrors } from './mount.ts';
import { operatorErrors } from './operator.ts';
import { pathErrors } from './path.ts';
import { policiesErrors } from './policies.ts';
import { policyErrors } from './policy.ts';
import { replicaErrors } from './replica.ts';
import { requestErrors } from './request.ts';
import { runtimeErrors } from './runtime.ts';
import { sealErrors } from './seal.ts';
import { shareErrors } from './share.ts';
import { serviceErrors } from './service.ts';
import type { ErrorSpec } from './spec.ts';
import { storeErrors } from './store.ts';
import { tlsErrors } from './tls.ts';
import { systemErrors } from './system.ts';
import { tokenErrors } from './token.ts';
import { unitsErrors } from './units.ts';

/** Every error StrongBox can answer with, by its stable code. One file an area, joined here. */
export const ERROR_REGISTRY = {
  ...agentErrors,
  ...auditErrors,
  ...barrierErrors,
  ...cliErrors,
  ...clientErrors,
  ...configErrors,
  ...controlErrors,
  ...cryptoErrors,
  ...dataFolderErrors,
  ...encodingErrors,
  ...entryErrors,
  ...httpErrors,
  ...jsonErrors,
  ...kvErrors,
  ...linkErrors,
  ...listenerErrors,
  ...mountErrors,
  ...operatorErrors,
  ...pathErrors,
  ...policiesErrors,
  ...policyErrors,
  ...replicaErrors,
  ...requestErrors,
  ...runtimeErrors,
  ...sealErrors,
  ...shareErrors,
  ...storeErrors,
  ...tlsErrors,
  ...systemErrors,
  ...tokenErrors,
  ...unitsErrors,
  ...serviceErrors,
} as const;

export type ErrorCode = keyof typeof ERROR_REGISTRY;

/** The registry's entry for a code. */
export function errorSpec(code: ErrorCode): ErrorSpec {
  return ERROR_REGISTRY[code];
}

/**
 * Registered operators at `ns/<namespace>/operators/<name>`, sealed by the keyring. Only public
 * keys are in them.
 */
import { decodeBase64, encodeBase64 } from '../../../shared/encoding/base64.ts';
import type { OperatorKeys } from '../../../shared/control/operator.ts';
import { failure } from '../../../shared/errors/failure.ts';
import {
  namespacePrefix,
  operatorKey,
  operatorsPrefix,
  rootNamespaceId,
} from '../../namespaces/layout.ts';
import { readJson, writeJson } from '../../store/json-values.ts';
import { listKeys } from '../../store/list-keys.ts';
import type { Attempt, View } from '../../store/view.ts';
import { operatorsMax } from '../limits.ts';

export interface StoredOperator {
  readonly format: 1;
  readonly name: string;
  /** Base64. */
  readonly signingKey: string;
  readonly boxKey: string;
  /** 1 at first, one more with each registration of the name. */
  readonly version: number;
  readonly registeredMs: number;
}

export async function readOperator(
  attempt: Attempt,
  name: string,
): Promise<StoredOperator | undefined> {
  return (await readJson<StoredOperator>(operatorsView(attempt), operatorKey(name)))?.value;
}

/** Registers keys under a name; they replace older ones. Throws `store.limit`. */
export async function putOperator(
  attempt: Attempt,
  name: string,
  { signingKey, boxKey }: OperatorKeys,
): Promise<void> {
  const before = await readOperator(attempt, name);
  if (before === undefined) await requireRoom(attempt);
  writeJson<StoredOperator>(operatorsView(attempt), operatorKey(name), {
    format: 1,
    name,
    signingKey: encodeBase64(signingKey),
    boxKey: encodeBase64(boxKey),
    version: (before?.version ?? 0) + 1,
    registeredMs: attempt.clusterTimeMs,
  });
}

/** Forgets a name, if it is registered. */
export async function deleteOperator(attempt: Attempt, name: string): Promise<void> {
  const view = operatorsView(attempt);
  if ((await view.get(operatorKey(name))) !== undefined) view.delete(operatorKey(name));
}

/** The registered names, in order. */
export function listOperators(attempt: Attempt): Promise<readonly string[]> {
  return listKeys(operatorsView(attempt).child(operatorsPrefix), { operatorsMax });
}

/** The public keys of a record. */
export function keysOf({ signingKey, boxKey }: StoredOperator): OperatorKeys {
  return { signingKey: decodeBase64(signingKey), boxKey: decodeBase64(boxKey) };
}

/** So many operators that one more would make lists endless. Throws `store.limit`. */
async function requireRoom(attempt: Attempt): Promise<void> {
  if ((await listOperators(attempt)).length < operatorsMax) return;
  throw failure('store.limit', { limit: 'operatorsMax', maximum: operatorsMax });
}

function operatorsView(attempt: Attempt): View {
  return attempt.view(namespacePrefix(rootNamespaceId), rootNamespaceId);
}

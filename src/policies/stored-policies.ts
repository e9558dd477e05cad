import { failure } from '../../shared/errors/failure.ts';
import {
  namespacePrefix,
  policiesEpochKey,
  policiesPrefix,
  policyKey,
} from '../namespaces/layout.ts';
import { readJson, writeJson } from '../store/json-values.ts';
import { listKeys } from '../store/list-keys.ts';
import type { Attempt, View } from '../store/view.ts';
import { defaultPolicyName, rootPolicyName } from '../tokens/token-policies.ts';
import { policiesListMax } from './limits.ts';

/**
 * A policy as it is stored at `ns/<namespace>/policies/<name>`. `root` is built in, never stored.
 */
export interface StoredPolicy {
  readonly format: 1;
  readonly name: string;
  /** As it was written: comments are part of a policy. */
  readonly text: string;
  /** 1 at first, one more with each write. */
  readonly version: number;
  readonly casRequired: boolean;
  readonly modifiedMs: number;
}

export interface PolicyWrite {
  readonly name: string;
  readonly text: string;
  /** Version that must be the current one; 0: there must be none. */
  readonly cas: number | undefined;
  readonly casRequired: boolean | undefined;
}

/** A policy, or undefined. */
export async function readPolicy(
  attempt: Attempt,
  namespace: string,
  name: string,
): Promise<StoredPolicy | undefined> {
  const view = policiesView(attempt, namespace);
  return (await readJson<StoredPolicy>(view, policyKey(name)))?.value;
}

/** Those of some names under which there is no policy. */
export async function missingPolicies(
  attempt: Attempt,
  namespace: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const asked = names.filter((name) => name !== rootPolicyName);
  // Only whether they are there: nothing is opened.
  const view = attempt.clearView(namespacePrefix(namespace));
  const found = await view.getMany(asked.map(policyKey));
  return asked.filter((_, at) => found[at] === undefined);
}

/**
 * Writes a policy. Throws `policies.cas-mismatch`, `policies.cas-required`, `policies.root-fixed`.
 */
export async function writePolicy(
  attempt: Attempt,
  namespace: string,
  { name, text, cas, casRequired }: PolicyWrite,
): Promise<StoredPolicy> {
  if (name === rootPolicyName) throw failure('policies.root-fixed');
  const before = await readPolicy(attempt, namespace, name);
  const version = before?.version ?? 0;
  if (cas === undefined && before?.casRequired === true) throw failure('policies.cas-required');
  if (cas !== undefined && cas !== version) throw failure('policies.cas-mismatch', { version });
  const policy: StoredPolicy = {
    format: 1,
    name,
    text,
    version: version + 1,
    casRequired: casRequired ?? before?.casRequired ?? false,
    modifiedMs: attempt.clusterTimeMs,
  };
  putPolicy(policiesView(attempt, namespace), policy);
  return policy;
}

/** Puts a policy and tells everybody who keeps compiled ones. */
export function putPolicy(view: View, policy: StoredPolicy): void {
  writeJson(view, policyKey(policy.name), policy);
  writeJson(view, policiesEpochKey, {});
}

/** Deletes a policy, if there is one. Throws `policies.root-fixed`, `policies.default-needed`. */
export async function deletePolicy(
  attempt: Attempt,
  namespace: string,
  name: string,
): Promise<void> {
  if (name === rootPolicyName) throw failure('policies.root-fixed');
  if (name === defaultPolicyName) throw failure('policies.default-needed');
  const view = policiesView(attempt, namespace);
  if ((await view.get(policyKey(name))) === undefined) return;
  view.delete(policyKey(name));
  writeJson(view, policiesEpochKey, {});
}

/** The names of all policies, `root` too, in order. Throws `store.limit`. */
export async function listPolicies(
  attempt: Attempt,
  namespace: string,
): Promise<readonly string[]> {
  const view = policiesView(attempt, namespace).child(policiesPrefix);
  return [rootPolicyName, ...(await listKeys(view, { policiesListMax }))].toSorted();
}

function policiesView(attempt: Attempt, namespace: string): View {
  return attempt.view(namespacePrefix(namespace), namespace);
}

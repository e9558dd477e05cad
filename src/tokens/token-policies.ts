import { failure } from '../../shared/errors/failure.ts';
import { type CanonicalName, canonicalName } from '../../shared/path/name.ts';

/**
 * Which policies a new token gets. `root` has exactly one spelling: anything that folds to it is
 * refused, never repaired (CVE-2025-5999 and its siblings checked one spelling and stored another).
 */
export const rootPolicyName = 'root';
export const defaultPolicyName = 'default';

/** Checks policy names from outside; sorted, each once. Throws `path.name-invalid`. */
export function checkedPolicyNames(asked: readonly string[]): readonly string[] {
  const names = new Set(asked.map(checkedPolicyName));
  return [...names].toSorted();
}

/** The one spelling of a policy's name. Throws `path.name-invalid`. */
export function checkedPolicyName(raw: string): CanonicalName {
  const name = canonicalName(raw);
  if (name === rootPolicyName && raw !== rootPolicyName) {
    throw failure('path.name-invalid', { reason: 'the policy "root" is written in lower case' });
  }
  return name;
}

export interface PolicyWish {
  readonly asked: readonly string[];
  readonly noDefaultPolicy: boolean;
  readonly parentPolicies: readonly string[];
  /** The caller has `sudo` on the creation path, or is root. */
  readonly privileged: boolean;
}

/**
 * Policies of a token made without a role: without a wish those of the parent; with one a subset of
 * them, unless the caller is privileged. `default` is added where the parent has it too.
 * Throws `token.policies-exceed-parent`, `token.policy-root`.
 */
export function chosenPolicies(wish: PolicyWish): readonly string[] {
  const asked = checkedPolicyNames(wish.asked);
  if (asked.length === 0) return inherited(wish);
  if (!wish.privileged && !asked.every((name) => wish.parentPolicies.includes(name))) {
    throw failure('token.policies-exceed-parent');
  }
  requireRootParent(asked, wish.parentPolicies);
  const mayHaveDefault = wish.privileged || wish.parentPolicies.includes(defaultPolicyName);
  return mayHaveDefault ? withDefault(asked, wish.noDefaultPolicy) : asked;
}

function inherited(wish: PolicyWish): readonly string[] {
  if (!wish.noDefaultPolicy) return wish.parentPolicies;
  return wish.parentPolicies.filter((name) => name !== defaultPolicyName);
}

/** Adds `default`, except beside `root`, which needs no other. */
export function withDefault(names: readonly string[], without: boolean): readonly string[] {
  if (without || names.includes(defaultPolicyName) || names.includes(rootPolicyName)) return names;
  return [...names, defaultPolicyName].toSorted();
}

/** Only root makes root. Throws `token.policy-root`. */
export function requireRootParent(
  names: readonly string[],
  parentPolicies: readonly string[],
): void {
  if (names.includes(rootPolicyName) && !parentPolicies.includes(rootPolicyName)) {
    throw failure('token.policy-root');
  }
}

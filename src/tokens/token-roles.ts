import { failure } from '../../shared/errors/failure.ts';
import { canonicalName } from '../../shared/path/name.ts';
import { readJson, writeJson } from '../store/json-values.ts';
import { listKeys } from '../store/list-keys.ts';
import type { Attempt } from '../store/view.ts';
import { tokenRolesMax } from './limits.ts';
import {
  checkedPolicyNames,
  chosenPolicies,
  defaultPolicyName,
  type PolicyWish,
  requireRootParent,
  withDefault,
} from './token-policies.ts';
import { tokensView } from './token-room.ts';

/** Settings by which `auth/token/create/<role>` makes tokens; stored at `token-roles/<name>`. */
export interface TokenRole {
  readonly format: 1;
  readonly allowedPolicies: readonly string[];
  readonly allowedPoliciesGlob: readonly string[];
  readonly disallowedPolicies: readonly string[];
  readonly disallowedPoliciesGlob: readonly string[];
  readonly orphan: boolean;
  readonly renewable: boolean;
  readonly pathSuffix: string;
  readonly periodSeconds: number;
  readonly explicitMaxTtlSeconds: number;
  readonly tokenType: TokenRoleType;
  readonly usesMax: number;
  readonly noDefaultPolicy: boolean;
}

export const tokenRoleTypes = ['default-service', 'default-batch', 'service', 'batch'] as const;
export type TokenRoleType = (typeof tokenRoleTypes)[number];

export const plainTokenRole: TokenRole = {
  format: 1,
  allowedPolicies: [],
  allowedPoliciesGlob: [],
  disallowedPolicies: [],
  disallowedPoliciesGlob: [],
  orphan: false,
  renewable: true,
  pathSuffix: '',
  periodSeconds: 0,
  explicitMaxTtlSeconds: 0,
  tokenType: 'default-service',
  usesMax: 0,
  noDefaultPolicy: false,
};

const rolesPrefix = 'token-roles/';

/** The one spelling of a role's name. Throws `path.name-invalid`. */
export function tokenRoleName(raw: string): string {
  return canonicalName(raw);
}

/** A role, or undefined. */
export async function readTokenRole(
  attempt: Attempt,
  name: string,
): Promise<TokenRole | undefined> {
  return (await readJson<TokenRole>(tokensView(attempt), rolesPrefix + name))?.value;
}

/** Writes a role. */
export function writeTokenRole(attempt: Attempt, name: string, role: TokenRole): void {
  writeJson(tokensView(attempt), rolesPrefix + name, role);
}

/** Deletes a role, if there is one. */
export function deleteTokenRole(attempt: Attempt, name: string): void {
  tokensView(attempt).delete(rolesPrefix + name);
}

/** The names of all roles, in order. Throws `store.limit` beyond `tokenRolesMax`. */
export function listTokenRoles(attempt: Attempt): Promise<readonly string[]> {
  return listKeys(tokensView(attempt).child(rolesPrefix), { tokenRolesMax });
}

/**
 * Policies of a token made by a role: a role that says which are allowed or disallowed decides over
 * them instead of the parent's. Throws `token.policies-outside-role` and those of chosenPolicies.
 */
export function rolePolicies(role: TokenRole, wish: PolicyWish): readonly string[] {
  const restricts =
    role.allowedPolicies.length +
      role.allowedPoliciesGlob.length +
      role.disallowedPolicies.length +
      role.disallowedPoliciesGlob.length >
    0;
  const noDefaultPolicy = wish.noDefaultPolicy || role.noDefaultPolicy;
  if (!restricts) return chosenPolicies({ ...wish, noDefaultPolicy });
  const withoutDefault = noDefaultPolicy || isDisallowed(role, defaultPolicyName);
  const policies = withDefault(baseline(role, wish), withoutDefault);
  if (!policies.every((name) => mayHave(role, name, withoutDefault))) {
    throw failure('token.policies-outside-role');
  }
  requireRootParent(policies, wish.parentPolicies);
  return policies;
}

/** What is asked for; else all that the role allows; else what the parent has. */
function baseline(role: TokenRole, wish: PolicyWish): readonly string[] {
  const asked = checkedPolicyNames(wish.asked);
  if (asked.length > 0) return asked;
  const allows = role.allowedPolicies.length + role.allowedPoliciesGlob.length > 0;
  return allows ? role.allowedPolicies : wish.parentPolicies;
}

function mayHave(role: TokenRole, name: string, withoutDefault: boolean): boolean {
  if (isDisallowed(role, name)) return false;
  const allows = role.allowedPolicies.length + role.allowedPoliciesGlob.length > 0;
  if (!allows || (name === defaultPolicyName && !withoutDefault)) return true;
  return role.allowedPolicies.includes(name) || matchesAny(role.allowedPoliciesGlob, name);
}

function isDisallowed(role: TokenRole, name: string): boolean {
  return role.disallowedPolicies.includes(name) || matchesAny(role.disallowedPoliciesGlob, name);
}

function matchesAny(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => matchesGlob(glob, name));
}

/** Whether the text is the glob's, where each `*` stands for any text. Linear in both. */
export function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...rest] = glob.split('*');
  const last = rest.pop();
  if (last === undefined) return glob === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** `auth/token/roles`: settings by which tokens are made. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { tokenRoleFields } from '../../../shared/api/token.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import type { CoreCall, CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import { displayNameCharactersMax, tokenPoliciesMax } from '../../tokens/limits.ts';
import { checkedPolicyNames, rootPolicyName } from '../../tokens/token-policies.ts';
import {
  deleteTokenRole,
  listTokenRoles,
  plainTokenRole,
  readTokenRole,
  type TokenRole,
  type TokenRoleType,
  tokenRoleName,
  tokenRoleTypes,
  writeTokenRole,
} from '../../tokens/token-roles.ts';
import type { TokenRoutes } from './parts.ts';

type RoleFields = FieldsOf<typeof tokenRoleFields>;
type RoleCall<Fields> = CoreCall<{ readonly role: string }, Fields>;

/** Token roles: settings by which tokens are made. */
export function roleHandlers(): CoreHandlerGroup<TokenRoutes, 'roles' | 'role'> {
  return {
    roles: {
      async list(call) {
        const { result } = await call.transact(listTokenRoles);
        return { data: { keys: result } };
      },
    },
    role: { read, write, delete: remove },
  };
}

async function read(call: RoleCall<unknown>): Promise<CoreOutcome> {
  const name = tokenRoleName(call.parameters.role);
  const { result } = await call.transact((attempt) => readTokenRole(attempt, name));
  if (result === undefined) throw failure('request.not-found');
  return { data: roleBody(name, result) };
}

async function write(call: RoleCall<RoleFields>): Promise<CoreOutcome> {
  const name = tokenRoleName(call.parameters.role);
  const { revision } = await call.transact(async (attempt) => {
    const before = (await readTokenRole(attempt, name)) ?? plainTokenRole;
    writeTokenRole(attempt, name, changedRole(before, call.fields));
  });
  return { revision };
}

async function remove(call: RoleCall<unknown>): Promise<CoreOutcome> {
  const name = tokenRoleName(call.parameters.role);
  const { revision } = await call.transact(async (attempt) => deleteTokenRole(attempt, name));
  return { revision };
}

/** The role with what the request changes of it. */
function changedRole(before: TokenRole, fields: RoleFields): TokenRole {
  refuseUnsupported(fields);
  return {
    format: 1,
    allowedPolicies: names(fields.allowed_policies) ?? before.allowedPolicies,
    allowedPoliciesGlob: globs(fields.allowed_policies_glob) ?? before.allowedPoliciesGlob,
    disallowedPolicies: names(fields.disallowed_policies) ?? before.disallowedPolicies,
    disallowedPoliciesGlob: globs(fields.disallowed_policies_glob) ?? before.disallowedPoliciesGlob,
    orphan: fields.orphan ?? before.orphan,
    renewable: fields.renewable ?? before.renewable,
    pathSuffix: suffix(fields.path_suffix) ?? before.pathSuffix,
    periodSeconds: fields.token_period ?? before.periodSeconds,
    explicitMaxTtlSeconds: fields.token_explicit_max_ttl ?? before.explicitMaxTtlSeconds,
    tokenType: tokenType(fields.token_type) ?? before.tokenType,
    usesMax: uses(fields.token_num_uses) ?? before.usesMax,
    noDefaultPolicy: fields.token_no_default_policy ?? before.noDefaultPolicy,
  };
}

function refuseUnsupported(fields: RoleFields): void {
  for (const field of ['token_bound_cidrs', 'allowed_entity_aliases'] as const) {
    if ((fields[field] ?? []).length > 0) throw failure('token.unsupported', { field });
  }
}

/** A role never gives root away, under any spelling: only a root token asks for it by itself. */
function names(asked: readonly string[] | undefined): readonly string[] | undefined {
  if (asked === undefined) return undefined;
  const checked = checkedPolicyNames(asked);
  if (checked.includes(rootPolicyName)) throw failure('token.policy-root');
  return requireFew(checked);
}

/** Globs are matched against names in their one spelling. */
function globs(asked: readonly string[] | undefined): readonly string[] | undefined {
  return asked && requireFew(asked);
}

function requireFew(list: readonly string[]): readonly string[] {
  if (list.length <= tokenPoliciesMax) return list;
  const expected = `at most ${tokenPoliciesMax} policies`;
  throw failure('request.field-invalid', { field: 'allowed_policies', expected });
}

function suffix(asked: string | undefined): string | undefined {
  if (asked === undefined || asked === '') return asked;
  if (asked.length <= displayNameCharactersMax) return canonicalPath(asked);
  const expected = `at most ${displayNameCharactersMax} characters`;
  throw failure('request.field-invalid', { field: 'path_suffix', expected });
}

function tokenType(asked: string | undefined): TokenRoleType | undefined {
  if (asked === undefined) return undefined;
  const type = tokenRoleTypes.find((known) => known === asked);
  if (type !== undefined) return type;
  const expected = '"default-service", "default-batch", "service" or "batch"';
  throw failure('request.field-invalid', { field: 'token_type', expected });
}

function uses(asked: number | undefined): number | undefined {
  if (asked === undefined || asked >= 0) return asked;
  throw failure('request.field-invalid', { field: 'token_num_uses', expected: 'zero or more' });
}

function roleBody(name: string, role: TokenRole): JsonObject {
  return {
    name,
    allowed_policies: role.allowedPolicies,
    allowed_policies_glob: role.allowedPoliciesGlob,
    disallowed_policies: role.disallowedPolicies,
    disallowed_policies_glob: role.disallowedPoliciesGlob,
    orphan: role.orphan,
    path_suffix: role.pathSuffix,
    renewable: role.renewable,
    period: role.periodSeconds,
    token_period: role.periodSeconds,
    explicit_max_ttl: role.explicitMaxTtlSeconds,
    token_explicit_max_ttl: role.explicitMaxTtlSeconds,
    token_type: role.tokenType,
    token_num_uses: role.usesMax,
    token_no_default_policy: role.noDefaultPolicy,
    token_bound_cidrs: [],
    allowed_entity_aliases: [],
  };
}

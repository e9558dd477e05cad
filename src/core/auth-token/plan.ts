/**
 * From what a request asks for to the plan of a token: Vault's rules (its token store's
 * handleCreateCommon), each of which keeps a caller from making a token that can do more, or live
 * longer, than the caller may decide over.
 */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { tokenCreateFields } from '../../../shared/api/token.ts';
import { utf8Length } from '../../../shared/encoding/utf8.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { type LifetimeLimits, smallerMaximum } from '../../tokens/lifetime.ts';
import {
  chosenTokenCharactersMax,
  chosenTokenCharactersMin,
  displayNameCharactersMax,
  tokenMetaEntriesMax,
  tokenMetaNameBytesMax,
  tokenMetaValueBytesMax,
  tokenPoliciesMax,
} from '../../tokens/limits.ts';
import type { TokenPlan } from '../../tokens/token-creation.ts';
import type { LiveToken } from '../../tokens/token-directory.ts';
import { chosenPolicies, rootPolicyName } from '../../tokens/token-policies.ts';
import { plainTokenRole, rolePolicies, type TokenRole } from '../../tokens/token-roles.ts';

export type TokenWishes = FieldsOf<typeof tokenCreateFields>;

export interface PlanContext {
  readonly parent: LiveToken;
  /** The caller has `sudo` on the creation path, or is root. */
  readonly privileged: boolean;
  /** The route `create-orphan`. */
  readonly orphanRoute: boolean;
  readonly role: { readonly name: string; readonly settings: TokenRole } | undefined;
  readonly path: string;
  readonly limits: LifetimeLimits;
}

/** Throws `token.*` and `request.field-invalid`. */
export function planToken(
  wishes: TokenWishes,
  context: PlanContext,
  warn: (message: string) => void,
): TokenPlan {
  requireCapableParent(context.parent);
  refuseUnsupported(wishes);
  const role = context.role?.settings ?? plainTokenRole;
  const type = chosenType(wishes.type, role);
  const plan: TokenPlan = {
    type,
    parent: isOrphan(wishes, context, role) ? undefined : context.parent,
    id: chosenId(wishes.id, context.parent, warn),
    policies: plannedPolicies(wishes, context),
    path: context.path + (role.pathSuffix === '' ? '' : `/${role.pathSuffix}`),
    displayName: displayName(wishes.display_name),
    meta: checkedMeta(wishes.meta),
    role: context.role?.name ?? '',
    usesMax: plannedUses(wishes.num_uses, role),
    ttlSeconds: wishes.ttl ?? 0,
    explicitMaxTtlSeconds: explicitMax(wishes, role, context.limits, warn),
    periodSeconds: period(wishes, context, role),
    renewable: type === 'service' && role.renewable && wishes.renewable !== false,
  };
  refuseEndlessRoot(plan, context.parent);
  if (type === 'batch') refuseUnsuitedBatch(plan);
  return plan;
}

/** What cannot be a parent: a token that is counted, or stored nowhere. */
function requireCapableParent(parent: LiveToken): void {
  if (parent.type === 'batch') throw failure('token.batch-parent');
  if (parent.record.usesLeft > 0 || parent.record.state !== 'active') {
    throw failure('token.restricted-uses');
  }
}

function refuseUnsupported(wishes: TokenWishes): void {
  const alias = wishes.entity_alias ?? '';
  if (alias !== '') throw failure('token.unsupported', { field: 'entity_alias' });
}

function chosenType(asked: string | undefined, role: TokenRole): 'service' | 'batch' {
  if (role.tokenType === 'service' || role.tokenType === 'batch') return role.tokenType;
  const fallback = role.tokenType === 'default-batch' ? 'batch' : 'service';
  const type = asked === undefined || asked === '' ? fallback : asked;
  if (type === 'service' || type === 'batch') return type;
  throw failure('request.field-invalid', { field: 'type', expected: '"service" or "batch"' });
}

function isOrphan(wishes: TokenWishes, context: PlanContext, role: TokenRole): boolean {
  if (context.orphanRoute || role.orphan) return true;
  if (wishes.no_parent !== true) return false;
  if (!context.privileged) {
    throw failure('token.not-allowed', { action: 'create orphan token' });
  }
  return true;
}

function chosenId(
  asked: string | undefined,
  parent: LiveToken,
  warn: (message: string) => void,
): string | undefined {
  if (asked === undefined || asked === '') return undefined;
  if (!parent.record.policies.includes(rootPolicyName)) {
    throw failure('token.not-allowed', { action: 'specify token id' });
  }
  const reason = problemOfId(asked);
  if (reason !== undefined) throw failure('token.id-invalid', { reason });
  warn('the token id was chosen by the request: whoever guesses it has the token');
  return asked;
}

/** Ids that look like tokens of ours, or of a namespace, could be taken for those. */
function problemOfId(id: string): string | undefined {
  if (id.length < chosenTokenCharactersMin) {
    return `has fewer than ${chosenTokenCharactersMin} characters`;
  }
  if (id.length > chosenTokenCharactersMax) {
    return `has more than ${chosenTokenCharactersMax} characters`;
  }
  if (!/^[\x21-\x7e]+$/u.test(id)) return 'holds other characters than visible ASCII';
  return id.includes('.') ? "cannot contain the '.' character" : undefined;
}

function plannedPolicies(wishes: TokenWishes, context: PlanContext): readonly string[] {
  const wish = {
    asked: wishes.policies ?? [],
    noDefaultPolicy: wishes.no_default_policy === true,
    parentPolicies: context.parent.record.policies,
    privileged: context.privileged,
  };
  const role = context.role?.settings;
  const policies = role === undefined ? chosenPolicies(wish) : rolePolicies(role, wish);
  if (policies.length > tokenPoliciesMax) {
    const expected = `at most ${tokenPoliciesMax} policies`;
    throw failure('request.field-invalid', { field: 'policies', expected });
  }
  return policies;
}

/** Vault's spelling: what is not a letter, a digit or `-` becomes `-`. */
function displayName(asked: string | undefined): string {
  const shortened = (asked ?? '').slice(0, displayNameCharactersMax);
  const clean = shortened.replaceAll(/[^a-zA-Z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return clean === '' ? 'token' : `token-${clean}`;
}

function checkedMeta(
  meta: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | null {
  if (meta === undefined) return null;
  const entries = Object.entries(meta);
  const fits = entries.every(
    ([name, value]) =>
      utf8Length(name) <= tokenMetaNameBytesMax && utf8Length(value) <= tokenMetaValueBytesMax,
  );
  if (fits && entries.length <= tokenMetaEntriesMax) return meta;
  const expected =
    `at most ${tokenMetaEntriesMax} entries with names of at most ` +
    `${tokenMetaNameBytesMax} and values of at most ${tokenMetaValueBytesMax} bytes`;
  throw failure('request.field-invalid', { field: 'meta', expected });
}

function plannedUses(asked: number | undefined, role: TokenRole): number {
  const uses = asked ?? 0;
  if (uses < 0) {
    throw failure('request.field-invalid', { field: 'num_uses', expected: 'zero or more' });
  }
  return smallerMaximum(uses, role.usesMax);
}

function explicitMax(
  wishes: TokenWishes,
  role: TokenRole,
  limits: LifetimeLimits,
  warn: (message: string) => void,
): number {
  const wished = smallerMaximum(wishes.explicit_max_ttl ?? 0, role.explicitMaxTtlSeconds);
  if (wished <= limits.maxTtlSeconds) return wished;
  warn('Explicit max TTL is greater than the system/mount allowed value; it is capped to that');
  return limits.maxTtlSeconds;
}

function period(wishes: TokenWishes, context: PlanContext, role: TokenRole): number {
  const asked = wishes.period ?? 0;
  if (asked > 0 && !context.privileged) {
    throw failure('token.not-allowed', { action: 'create periodic token' });
  }
  return smallerMaximum(asked, role.periodSeconds);
}

/** A root token with a deadline cannot hand on what it does not have: life without end. */
function refuseEndlessRoot(plan: TokenPlan, parent: LiveToken): void {
  const endless =
    plan.policies.includes(rootPolicyName) &&
    plan.ttlSeconds + plan.explicitMaxTtlSeconds + plan.periodSeconds === 0;
  if (endless && parent.record.expiresMs !== null) throw failure('token.policy-root-expiring');
}

function refuseUnsuitedBatch(plan: TokenPlan): void {
  const unsuited: readonly (readonly [boolean, string])[] = [
    [plan.policies.includes(rootPolicyName), 'the policy "root"'],
    [plan.usesMax > 0, '"num_uses"'],
    [plan.periodSeconds > 0, '"period"'],
    [plan.explicitMaxTtlSeconds > 0, '"explicit_max_ttl"'],
    [plan.id !== undefined, '"id"'],
  ];
  const found = unsuited.find(([applies]) => applies);
  if (found !== undefined) throw failure('token.batch-unsuited', { property: found[1] });
}

/**
 * The access list of a token: its policies, rendered for its identity and indexed, and the one
 * decision that the agent, the console and the tests all make.
 *
 * What decides over a request, in this order:
 *
 * 1. a root policy allows everything;
 * 2. a denying rule that could not be rendered denies everything under its literal beginning;
 * 3. the rule for exactly this path; for LIST and SCAN of `x/` also the rule for exactly `x`;
 * 4. the most specific wildcard rule (priority.ts); for LIST and SCAN of `x/` among those that
 *    match `x/` or `x` — never those for `x` first, which let a LIST slip past a denial of `x/*`
 *    (CVE-2026-12624);
 * 5. nothing: denied.
 *
 * Names without letter case are compared folded (rule-set.ts).
 *
 * Rules of several policies for the same path are one rule: what any grants, and nothing if one
 * denies. Only the deciding rule counts; a less specific one adds nothing to it.
 */
import { failure } from '../errors/failure.ts';
import type { JsonObject } from '../json/value.ts';
import type { CanonicalPath } from '../path/canonical.ts';
import { hasCapability, type OperationCapability } from './capabilities.ts';
import { brokenConstraint, type NamedFields } from './constraints.ts';
import { aclRulesMax, aclRulesPerStep } from './limits.ts';
import type { Policy, PolicyRule } from './policy.ts';
import {
  type AclRule,
  compileRules,
  type EffectiveRule,
  type RenderedRule,
  type RuleSet,
  type RuleSource,
} from './rule-set.ts';
import { finish, type Steps } from './steps.ts';
import { deniedPrefix, renderPattern, type TemplateValues } from './templates.ts';

export interface AccessRequest {
  readonly path: CanonicalPath;
  readonly capability: OperationCapability;
  /** The operation needs `sudo`, too. */
  readonly sudo?: boolean | undefined;
  /** Body or query fields under their canonical names (`canonicalFields` of shared/api). */
  readonly parameters?: JsonObject | undefined;
  /** The operation's fields: a policy may name one of them by any of its names. */
  readonly fields?: NamedFields | undefined;
  /** Seconds for which the answer will be wrapped; undefined if it will not be. */
  readonly wrapTtlSeconds?: number | undefined;
}

export type DecisionReason =
  | 'root'
  | 'granted'
  | 'no-rule'
  | 'denied'
  | 'template-unresolved'
  | 'capability-missing'
  | 'sudo-missing'
  | 'parameter-missing'
  | 'parameter-denied'
  | 'parameter-not-allowed'
  | 'wrapping-required'
  | 'wrapping-too-short'
  | 'wrapping-too-long';

export interface Decision {
  readonly allowed: boolean;
  readonly reason: DecisionReason;
  readonly path: CanonicalPath;
  readonly capability: OperationCapability;
  /** All that the deciding rule grants; `["deny"]` for a denying one, `["root"]` for root. */
  readonly capabilities: readonly string[];
  /** The rule that decided; undefined for root and where no rule matches. */
  readonly deciding: AclRule | undefined;
  /** The parameter that a constraint is about, as the policy names it. */
  readonly parameter: string | undefined;
  /** Rules of the token that could not be rendered. */
  readonly unresolved: readonly UnresolvedRule[];
}

export interface UnresolvedRule extends RuleSource {
  /** As written, with its templates. */
  readonly path: string;
  /** The template whose value cannot be used. */
  readonly key: string;
  /** Why, as the end of a sentence: "has no value". */
  readonly problem: string;
  /** Whether the rule grants nothing, or denies everything under its literal beginning. */
  readonly effect: 'grants-nothing' | 'denies-prefix';
}

export interface Acl {
  readonly isRoot: boolean;
  /** Rules that could not be rendered. */
  readonly unresolved: readonly UnresolvedRule[];
  decide(request: AccessRequest): Decision;
  /**
   * As `sys/capabilities` answers: in alphabetical order, `["deny"]` where nothing is granted,
   * `["root"]` for root. Constraints on parameters and wrapping are not looked at.
   */
  capabilities(path: CanonicalPath): readonly string[];
  /** All rules, those that decide first coming first. */
  effectiveRules(): readonly AclRule[];
}

/**
 * Compiles the policies for one identity. Throws `policy.too-complex` if they have too many rules
 * together.
 */
export function compileAcl(policies: readonly Policy[], values: TemplateValues): Acl {
  return finish(compileAclInSteps(policies, values));
}

/** The same for a thread that has other work: ten thousand rules take some 50 ms. */
export function* compileAclInSteps(
  policies: readonly Policy[],
  values: TemplateValues,
): Steps<Acl> {
  const rulesCount = policies.reduce((sum, { rules }) => sum + rules.length, 0);
  if (rulesCount > aclRulesMax) throw failure('policy.too-complex', { aclRulesMax });
  const builder = new AclBuilder(values);
  let rules = 0;
  for (const policy of policies) {
    for (const rule of policy.rules) builder.add(policy.name, rule);
    rules += policy.rules.length;
    if (rules < aclRulesPerStep) continue;
    yield;
    rules = 0;
  }
  const isRoot = policies.some(({ root }) => root === true);
  return new CompiledAcl(isRoot, builder.unresolved, yield* compileRules(builder.rendered));
}

class AclBuilder {
  readonly rendered: RenderedRule[] = [];
  readonly unresolved: UnresolvedRule[] = [];
  readonly #values: TemplateValues;

  constructor(values: TemplateValues) {
    this.#values = values;
  }

  add(policy: string, rule: PolicyRule): void {
    const source = { policy, line: rule.line };
    const rendering = renderPattern(rule.pattern, this.#values);
    if ('path' in rendering) {
      this.rendered.push({ path: rendering.path, isBlocking: false, source, rule });
      return;
    }
    const denies = hasCapability(rule.capabilities, 'deny');
    const effect = denies ? 'denies-prefix' : 'grants-nothing';
    this.unresolved.push({ ...source, path: rule.pattern.source, ...rendering, effect });
    if (!denies) return;
    const path = `${deniedPrefix(rule.pattern)}*`;
    this.rendered.push({ path, isBlocking: true, source, rule });
  }
}

class CompiledAcl implements Acl {
  readonly isRoot: boolean;
  readonly unresolved: readonly UnresolvedRule[];
  readonly #rules: RuleSet;
  /** Made when first asked for: most access lists only decide. */
  #effective: readonly AclRule[] | undefined;

  constructor(isRoot: boolean, unresolved: readonly UnresolvedRule[], rules: RuleSet) {
    this.isRoot = isRoot;
    this.unresolved = unresolved;
    this.#rules = rules;
  }

  decide(request: AccessRequest): Decision {
    const { path, capability } = request;
    if (this.isRoot) return this.#decision(request, undefined, { reason: 'root' });
    const isListing = capability === 'list' || capability === 'scan';
    const rule = isListing ? this.#rules.findForListing(path) : this.#rules.find(path);
    return this.#decision(request, rule, judge(rule, request));
  }

  capabilities(path: CanonicalPath): readonly string[] {
    if (this.isRoot) return ['root'];
    const rule = this.#rules.find(path);
    const granted = new Set(rule?.capabilities);
    if (path.endsWith('/')) {
      const listing = new Set(this.#rules.findForListing(path)?.capabilities);
      for (const capability of ['list', 'scan']) {
        if (listing.has(capability)) granted.add(capability);
        else granted.delete(capability);
      }
    }
    granted.delete('deny');
    return granted.size === 0 ? ['deny'] : [...granted].sort();
  }

  effectiveRules(): readonly AclRule[] {
    this.#effective ??= this.#rules.ordered();
    return this.#effective;
  }

  #decision(
    { path, capability }: AccessRequest,
    rule: EffectiveRule | undefined,
    { reason, parameter }: Judgement,
  ): Decision {
    return {
      allowed: reason === 'granted' || reason === 'root',
      reason,
      path,
      capability,
      capabilities: reason === 'root' ? ['root'] : (rule?.capabilities ?? []),
      deciding: rule,
      parameter,
      unresolved: this.unresolved,
    };
  }
}

interface Judgement {
  readonly reason: DecisionReason;
  readonly parameter?: string;
}

/** What the deciding rule says of the request. */
function judge(rule: EffectiveRule | undefined, request: AccessRequest): Judgement {
  if (rule === undefined) return { reason: 'no-rule' };
  if (rule.kind === 'unresolved') return { reason: 'template-unresolved' };
  if (hasCapability(rule.set, 'deny')) return { reason: 'denied' };
  if (!hasCapability(rule.set, request.capability)) return { reason: 'capability-missing' };
  if (request.sudo === true && !hasCapability(rule.set, 'sudo')) return { reason: 'sudo-missing' };
  const broken = brokenConstraint(rule.constraints, request);
  if (broken === undefined) return { reason: 'granted' };
  const { code, ...rest } = broken;
  return { reason: code, ...rest };
}

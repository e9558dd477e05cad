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
 * Names without letter case are folded first, in rules and requests (path/folded.ts).
 *
 * Rules of several policies for the same path are one rule: what any grants, and nothing if one
 * denies. Only the deciding rule counts; a less specific one adds nothing to it.
 */
import { compareUtf8 } from '../encoding/utf8.ts';
import { failure } from '../errors/failure.ts';
import type { JsonObject } from '../json/value.ts';
import { type CanonicalPath, withoutTrailingSlash } from '../path/canonical.ts';
import { foldedPath, foldedRulePath } from '../path/folded.ts';
import {
  type CapabilitySet,
  hasCapability,
  joinCapabilities,
  listCapabilities,
  type OperationCapability,
} from './capabilities.ts';
import { brokenConstraint, joinConstraints } from './constraints.ts';
import { aclRulesMax } from './limits.ts';
import { type Constraints, noConstraints, type Policy, type PolicyRule } from './policy.ts';
import { byPriority, type WildcardPath, wildcardPath } from './priority.ts';
import { deniedPrefix, renderPattern, type TemplateValues } from './templates.ts';
import { WildcardIndex } from './wildcard-index.ts';

export interface AccessRequest {
  readonly path: CanonicalPath;
  readonly capability: OperationCapability;
  /** The operation needs `sudo`, too. */
  readonly sudo?: boolean | undefined;
  /** Body or query fields under their canonical names (`canonicalFields` of shared/api). */
  readonly parameters?: JsonObject | undefined;
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

/** One path and what all policies together say of it. */
export interface AclRule {
  /** With `+`, a final `*`, and values in place of templates. */
  readonly path: string;
  readonly kind: 'exact' | 'wildcard' | 'unresolved';
  readonly capabilities: readonly string[];
  readonly sources: readonly RuleSource[];
}

export interface RuleSource {
  readonly policy: string;
  readonly line: number;
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
  const rulesCount = policies.reduce((sum, { rules }) => sum + rules.length, 0);
  if (rulesCount > aclRulesMax) throw failure('policy.too-complex', { aclRulesMax });
  const builder = new AclBuilder(values);
  for (const policy of policies) {
    for (const rule of policy.rules) builder.add(policy.name, rule);
  }
  return new CompiledAcl(
    policies.some(({ root }) => root === true),
    builder,
  );
}

/** A rule with what decisions need of it. */
class EffectiveRule implements AclRule {
  readonly path: string;
  readonly kind: AclRule['kind'];
  readonly sources: RuleSource[] = [];
  capabilities: readonly string[] = [];
  set: CapabilitySet = 0;
  constraints: Constraints = noConstraints;

  constructor(path: string, kind: AclRule['kind']) {
    this.path = path;
    this.kind = kind;
  }

  join(source: RuleSource, { capabilities, constraints }: PolicyRule): void {
    this.set = joinCapabilities(this.set, capabilities);
    this.capabilities = listCapabilities(this.set);
    const isFirst = this.sources.length === 0;
    this.constraints = isFirst ? constraints : joinConstraints(this.constraints, constraints);
    this.sources.push(source);
  }
}

class AclBuilder {
  readonly exact = new Map<string, EffectiveRule>();
  readonly wildcards = new Map<string, EffectiveRule>();
  /** Denials that could not be rendered, by the wildcard path of what they deny. */
  readonly blocked = new Map<string, EffectiveRule>();
  readonly unresolved: UnresolvedRule[] = [];
  readonly #values: TemplateValues;

  constructor(values: TemplateValues) {
    this.#values = values;
  }

  add(policy: string, rule: PolicyRule): void {
    const source = { policy, line: rule.line };
    const rendering = renderPattern(rule.pattern, this.#values);
    if ('path' in rendering) {
      const path = foldedRulePath(rendering.path);
      const isExact = wildcardPath(path) === undefined;
      const rules = isExact ? this.exact : this.wildcards;
      ruleAt(rules, path, isExact ? 'exact' : 'wildcard').join(source, rule);
      return;
    }
    const denies = hasCapability(rule.capabilities, 'deny');
    const effect = denies ? 'denies-prefix' : 'grants-nothing';
    this.unresolved.push({ ...source, path: rule.pattern.source, ...rendering, effect });
    if (!denies) return;
    const prefix = foldedRulePath(deniedPrefix(rule.pattern));
    ruleAt(this.blocked, `${prefix}*`, 'unresolved').join(source, rule);
  }
}

function ruleAt(
  rules: Map<string, EffectiveRule>,
  path: string,
  kind: AclRule['kind'],
): EffectiveRule {
  const rule = rules.get(path) ?? new EffectiveRule(path, kind);
  rules.set(path, rule);
  return rule;
}

/** Wildcard rules in order of priority, and the index that finds them. */
class WildcardRules {
  readonly ordered: readonly EffectiveRule[];
  readonly #index: WildcardIndex;

  constructor(rules: Iterable<EffectiveRule>) {
    const ranked = [...rules]
      .map((rule) => ({ rule, path: wildcardPath(rule.path) }))
      .filter(
        (entry): entry is { rule: EffectiveRule; path: WildcardPath } => entry.path !== undefined,
      )
      .toSorted((left, right) => byPriority(left.path, right.path));
    this.ordered = ranked.map(({ rule }) => rule);
    this.#index = new WildcardIndex(ranked.map(({ path }) => path));
  }

  /** The rule that decides over one of the spellings. */
  find(...paths: readonly string[]): EffectiveRule | undefined {
    const ranks = paths.map((path) => this.#index.find(path)).filter((rank) => rank >= 0);
    return ranks.length === 0 ? undefined : this.ordered[Math.min(...ranks)];
  }
}

class CompiledAcl implements Acl {
  readonly isRoot: boolean;
  readonly unresolved: readonly UnresolvedRule[];
  readonly #exact: ReadonlyMap<string, EffectiveRule>;
  readonly #wildcards: WildcardRules;
  readonly #blocked: WildcardRules;
  /** Made when first asked for: most access lists only decide. */
  #effective: readonly AclRule[] | undefined;

  constructor(isRoot: boolean, builder: AclBuilder) {
    this.isRoot = isRoot;
    this.unresolved = builder.unresolved;
    this.#exact = builder.exact;
    this.#wildcards = new WildcardRules(builder.wildcards.values());
    this.#blocked = new WildcardRules(builder.blocked.values());
  }

  decide(request: AccessRequest): Decision {
    const { capability } = request;
    const path = foldedPath(request.path);
    if (this.isRoot) return this.#decision(request, undefined, { reason: 'root' });
    const isListing = capability === 'list' || capability === 'scan';
    const rule = isListing ? this.#findForListing(path) : this.#find(path);
    return this.#decision(request, rule, judge(rule, request));
  }

  capabilities(path: CanonicalPath): readonly string[] {
    if (this.isRoot) return ['root'];
    const folded = foldedPath(path);
    const rule = this.#find(folded);
    const granted = new Set(rule?.capabilities);
    if (path.endsWith('/')) {
      const listing = new Set(this.#findForListing(folded)?.capabilities);
      for (const capability of ['list', 'scan']) {
        if (listing.has(capability)) granted.add(capability);
        else granted.delete(capability);
      }
    }
    granted.delete('deny');
    return granted.size === 0 ? ['deny'] : [...granted].sort();
  }

  effectiveRules(): readonly AclRule[] {
    this.#effective ??= [
      ...this.#blocked.ordered,
      ...[...this.#exact.values()].toSorted((left, right) => compareUtf8(left.path, right.path)),
      ...this.#wildcards.ordered,
    ];
    return this.#effective;
  }

  #find(path: string): EffectiveRule | undefined {
    return this.#blocked.find(path) ?? this.#exact.get(path) ?? this.#wildcards.find(path);
  }

  #findForListing(path: CanonicalPath): EffectiveRule | undefined {
    const name = withoutTrailingSlash(path);
    const folder = `${name}/`;
    return (
      this.#blocked.find(folder, name) ??
      this.#exact.get(folder) ??
      this.#exact.get(name) ??
      this.#wildcards.find(folder, name)
    );
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

/**
 * The rules of an access list, and the one among them that decides over a path. Names without
 * letter case (path/folded.ts) are compared folded: a path that has one is decided over by a set of
 * its own, in which the rules are folded from there on, and any other path by the rules as they are
 * written. The folded sets are made when such a path is first asked about, and only where a rule
 * has a capital letter to fold.
 */
import { compareUtf8 } from '../encoding/utf8.ts';
import { type CanonicalPath, withoutTrailingSlash } from '../path/canonical.ts';
import { foldedDepth, foldedPath, foldedRoots, foldedRulePath } from '../path/folded.ts';
import { type CapabilitySet, joinCapabilities, listCapabilities } from './capabilities.ts';
import { joinConstraints } from './constraints.ts';
import { aclRulesPerStep } from './limits.ts';
import { type Constraints, noConstraints, type PolicyRule } from './policy.ts';
import { byPriority, hasWildcard, type WildcardPath, wildcardPath } from './priority.ts';
import { finish, type Steps } from './steps.ts';
import { WildcardIndex } from './wildcard-index.ts';

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

/** A rule of one policy, rendered for one identity. */
export interface RenderedRule {
  /** With `+`, a final `*`, and values in place of templates. */
  readonly path: string;
  /** Could not be rendered: denies everything that the path, a prefix with `*`, matches. */
  readonly isBlocking: boolean;
  readonly source: RuleSource;
  readonly rule: PolicyRule;
}

/** A rule with what decisions need of it. */
export class EffectiveRule implements AclRule {
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

/** Wildcard rules in order of priority, and the index that finds them. */
class WildcardRules {
  readonly ordered: readonly EffectiveRule[];
  readonly #index: WildcardIndex;

  constructor(ordered: readonly EffectiveRule[], index: WildcardIndex) {
    this.ordered = ordered;
    this.#index = index;
  }

  /** The rule that decides over one of the spellings. */
  find(...paths: readonly string[]): EffectiveRule | undefined {
    const ranks = paths.map((path) => this.#index.find(path)).filter((rank) => rank >= 0);
    return ranks.length === 0 ? undefined : this.ordered[Math.min(...ranks)];
  }
}

function* compileWildcards(rules: Iterable<EffectiveRule>): Steps<WildcardRules> {
  const ranked: { readonly rule: EffectiveRule; readonly path: WildcardPath }[] = [];
  for (const rule of rules) {
    ranked.push({ rule, path: wildcardPath(rule.path) });
    if (ranked.length % aclRulesPerStep === 0) yield;
  }
  ranked.sort((left, right) => byPriority(left.path, right.path));
  const index = new WildcardIndex(ranked.length);
  for (const [at, { path }] of ranked.entries()) {
    if (at % aclRulesPerStep === 0) yield;
    index.add(path);
  }
  return new WildcardRules(
    ranked.map(({ rule }) => rule),
    index,
  );
}

interface RuleParts {
  readonly exact: ReadonlyMap<string, EffectiveRule>;
  readonly wildcards: WildcardRules;
  readonly blocked: WildcardRules;
}

/** The rules, those with the same path joined. */
class Rules {
  readonly #exact: ReadonlyMap<string, EffectiveRule>;
  readonly #wildcards: WildcardRules;
  readonly #blocked: WildcardRules;

  constructor({ exact, wildcards, blocked }: RuleParts) {
    this.#exact = exact;
    this.#wildcards = wildcards;
    this.#blocked = blocked;
  }

  /** Those that decide first come first. */
  ordered(): readonly EffectiveRule[] {
    return [
      ...this.#blocked.ordered,
      ...[...this.#exact.values()].toSorted((left, right) => compareUtf8(left.path, right.path)),
      ...this.#wildcards.ordered,
    ];
  }

  find(path: string): EffectiveRule | undefined {
    return this.#blocked.find(path) ?? this.#exact.get(path) ?? this.#wildcards.find(path);
  }

  findForListing(path: CanonicalPath): EffectiveRule | undefined {
    const name = withoutTrailingSlash(path);
    const folder = `${name}/`;
    return (
      this.#blocked.find(folder, name) ??
      this.#exact.get(folder) ??
      this.#exact.get(name) ??
      this.#wildcards.find(folder, name)
    );
  }
}

/** `spell`: how a rule's path is compared. */
function* joinRules(
  rendered: readonly RenderedRule[],
  spell: (path: string) => string,
): Steps<Rules> {
  const exact = new Map<string, EffectiveRule>();
  const wildcard = new Map<string, EffectiveRule>();
  const unresolved = new Map<string, EffectiveRule>();
  const maps = { exact, wildcard, unresolved };
  for (const [at, { path: written, isBlocking, source, rule }] of rendered.entries()) {
    if ((at + 1) % aclRulesPerStep === 0) yield;
    const path = spell(written);
    const kind = isBlocking ? 'unresolved' : hasWildcard(path) ? 'wildcard' : 'exact';
    ruleAt(maps[kind], path, kind).join(source, rule);
  }
  const wildcards = yield* compileWildcards(wildcard.values());
  const blocked = yield* compileWildcards(unresolved.values());
  return new Rules({ exact, wildcards, blocked });
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

/** All rules of an access list. */
export function* compileRules(rendered: readonly RenderedRule[]): Steps<RuleSet> {
  const written = yield* joinRules(rendered, (path) => path);
  const concerned = rendered.filter(({ path }) => mayMatchFolded(path));
  const foldable = concerned.some(({ path }) => /[A-Z]/.test(path)) ? concerned : [];
  return new RuleSet(written, foldable);
}

/** Whether a rule may match a path with a name without letter case: by its first segment. */
function mayMatchFolded(path: string): boolean {
  const slash = path.indexOf('/');
  if (slash < 0) return path.endsWith('*');
  const first = path.slice(0, slash);
  return first === '+' || foldedRoots.includes(first);
}

export class RuleSet {
  readonly #written: Rules;
  /**
   * What the folded sets are made of: the rules that may match such a path; none where folding
   * changes nothing.
   */
  readonly #foldable: readonly RenderedRule[];
  /** By the depth of the name. */
  readonly #folded = new Map<number, Rules>();

  constructor(written: Rules, foldable: readonly RenderedRule[]) {
    this.#written = written;
    this.#foldable = foldable;
  }

  /** As written, those that decide first coming first. */
  ordered(): readonly EffectiveRule[] {
    return this.#written.ordered();
  }

  /** The rule that decides over anything but a listing. */
  find(path: CanonicalPath): EffectiveRule | undefined {
    const depth = foldedDepth(path);
    if (depth === undefined) return this.#written.find(path);
    return this.#foldedFrom(depth).find(foldedPath(path));
  }

  /** The rule that decides over LIST and SCAN. */
  findForListing(path: CanonicalPath): EffectiveRule | undefined {
    const depth = foldedDepth(path);
    if (depth === undefined) return this.#written.findForListing(path);
    return this.#foldedFrom(depth).findForListing(foldedPath(path));
  }

  #foldedFrom(depth: number): Rules {
    if (this.#foldable.length === 0) return this.#written;
    const known = this.#folded.get(depth);
    if (known !== undefined) return known;
    const rules = finish(joinRules(this.#foldable, (path) => foldedRulePath(path, depth)));
    this.#folded.set(depth, rules);
    return rules;
  }
}

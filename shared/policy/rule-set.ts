/**
 * The rules of an access list, and the one among them that decides over a path. Names without
 * letter case (path/folded.ts) are compared folded: a path that has one is decided over by a set of
 * its own, in which the rules are folded from there on, and any other path by the rules as they are
 * written. The folded sets are made when such a path is first asked about, and only where a rule
 * has a capital letter to fold.
 */
import { compareUtf8 } from '../encoding/utf8.ts';
import { type CanonicalPath, withoutTrailingSlash } from '../path/canonical.ts';
import { foldedDepth, foldedPath, foldedRulePath } from '../path/folded.ts';
import { type CapabilitySet, joinCapabilities, listCapabilities } from './capabilities.ts';
import { joinConstraints } from './constraints.ts';
import { type Constraints, noConstraints, type PolicyRule } from './policy.ts';
import { byPriority, type WildcardPath, wildcardPath } from './priority.ts';
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

/** The rules, those with the same path joined. */
class Rules {
  readonly #exact = new Map<string, EffectiveRule>();
  readonly #wildcards: WildcardRules;
  readonly #blocked: WildcardRules;

  constructor(rendered: readonly RenderedRule[], spell: (path: string) => string) {
    const wildcards = new Map<string, EffectiveRule>();
    const blocked = new Map<string, EffectiveRule>();
    for (const { path: written, isBlocking, source, rule } of rendered) {
      const path = spell(written);
      const kind = isBlocking ? 'unresolved' : wildcardPath(path) ? 'wildcard' : 'exact';
      const rules = { unresolved: blocked, wildcard: wildcards, exact: this.#exact }[kind];
      ruleAt(rules, path, kind).join(source, rule);
    }
    this.#wildcards = new WildcardRules(wildcards.values());
    this.#blocked = new WildcardRules(blocked.values());
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

function ruleAt(
  rules: Map<string, EffectiveRule>,
  path: string,
  kind: AclRule['kind'],
): EffectiveRule {
  const rule = rules.get(path) ?? new EffectiveRule(path, kind);
  rules.set(path, rule);
  return rule;
}

export class RuleSet {
  readonly #written: Rules;
  /** What the folded sets are made of; empty where folding changes nothing. */
  readonly #foldable: readonly RenderedRule[];
  /** By the depth of the name. */
  readonly #folded = new Map<number, Rules>();

  constructor(rendered: readonly RenderedRule[]) {
    this.#written = new Rules(rendered, (path) => path);
    this.#foldable = rendered.some(({ path }) => /[A-Z]/.test(path)) ? rendered : [];
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
    const rules = new Rules(this.#foldable, (path) => foldedRulePath(path, depth));
    this.#folded.set(depth, rules);
    return rules;
  }
}

/**
 * An access list as slow and as plain as the documentation that it is written from (Vault,
 * "Policies": "Policy syntax", "Priority matching"): every rule is tried on every path by a regular
 * expression, and those that match are compared pair by pair. It shares nothing with the evaluator.
 */

export interface OracleRule {
  readonly path: string;
  readonly capabilities: readonly string[];
}

interface Candidate {
  readonly path: string;
  readonly capabilities: ReadonlySet<string>;
  readonly matches: RegExp;
}

export class Oracle {
  readonly #candidates: readonly Candidate[];

  /** The rules of all policies of a token. */
  constructor(rules: readonly OracleRule[]) {
    const paths = [...new Set(rules.map(({ path }) => path))];
    this.#candidates = paths.map((path) => {
      const words = rules.filter((rule) => rule.path === path).flatMap((rule) => rule.capabilities);
      const capabilities = new Set(words.includes('deny') ? [] : words);
      return { path, capabilities, matches: expression(path) };
    });
  }

  allows(path: string, capability: string): boolean {
    return this.decidingRule(path, capability)?.capabilities.has(capability) ?? false;
  }

  /** The one rule that counts, or undefined. */
  decidingRule(path: string, capability: string): Candidate | undefined {
    if (capability !== 'list' && capability !== 'scan') return this.#best([path]);
    const name = path.endsWith('/') ? path.slice(0, -1) : path;
    // "list" of a folder: a rule for the folder, for its name, or a wildcard for either.
    const exact = [`${name}/`, name].map((spelling) =>
      this.#candidates.find((candidate) => candidate.path === spelling && !isWildcard(spelling)),
    );
    return exact[0] ?? exact[1] ?? this.#best([`${name}/`, name]);
  }

  #best(paths: readonly string[]): Candidate | undefined {
    const matching = this.#candidates.filter(({ matches }) =>
      paths.some((path) => matches.test(path)),
    );
    let best: Candidate | undefined;
    for (const candidate of matching) {
      if (best === undefined || isLower(best.path, candidate.path)) best = candidate;
    }
    return best;
  }
}

/** "`*` … at the end"; "`+` … any number of characters bounded within a single path segment". */
function expression(path: string): RegExp {
  const body = path.endsWith('*') ? path.slice(0, -1) : path;
  const segments = body.split('/').map((segment) => {
    return segment === '+' ? '[^/]*' : segment.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${segments.join('/')}${path.endsWith('*') ? '' : '$'}`, 'su');
}

function isWildcard(path: string): boolean {
  return firstWildcard(path) !== Number.POSITIVE_INFINITY;
}

/** "If P1 and P2 match, P1 is of lower priority if …", in the order of the list. */
function isLower(first: string, second: string): boolean {
  const [p1, p2] = [first, second];
  // "the first wildcard or glob occurs earlier in P1"
  if (firstWildcard(p1) !== firstWildcard(p2)) return firstWildcard(p1) < firstWildcard(p2);
  // "P1 ends in * and P2 doesn't"
  if (p1.endsWith('*') !== p2.endsWith('*')) return p1.endsWith('*');
  // "P1 has more + (wildcard) segments"
  const plus = (path: string): number => path.split(/[/*]/).filter((part) => part === '+').length;
  if (plus(p1) !== plus(p2)) return plus(p1) > plus(p2);
  // "P1 is shorter"
  const bytes = (path: string): number => Buffer.byteLength(path);
  if (bytes(p1) !== bytes(p2)) return bytes(p1) < bytes(p2);
  // "P1 is smaller lexicographically"
  return Buffer.compare(Buffer.from(p1), Buffer.from(p2)) < 0;
}

/** Byte offset of the first `+` segment or the final `*`; infinite in a path without either. */
function firstWildcard(path: string): number {
  const at = path.search(/(?<=^|\/)\+(?=\/|$)|\*$/);
  return at < 0 ? Number.POSITIVE_INFINITY : Buffer.byteLength(path.slice(0, at));
}

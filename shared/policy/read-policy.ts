/** From the shape of a policy's text to its rules: which entries are rules. */
import type { DiagnosticList, LineMap } from './diagnostics.ts';
import { policyRulesMax } from './limits.ts';
import { parsePattern } from './pattern.ts';
import type { PolicyRule } from './policy.ts';
import { readRule } from './read-rule.ts';
import type { SyntaxEntry, SyntaxKey, SyntaxValue } from './syntax.ts';

const TOP_LEVEL = ['path', 'name'];

/** Reads the top-level entries; what is wrong goes to the diagnostics. */
export function readPolicy(
  entries: readonly SyntaxEntry[],
  lines: LineMap,
  diagnostics: DiagnosticList,
): PolicyRule[] {
  const reader = new PolicyReader(lines, diagnostics);
  for (const entry of entries) reader.readTopLevel(entry);
  const [first] = entries;
  if (first !== undefined && reader.rules.length > policyRulesMax) {
    diagnostics.error(first.keys[0], `the policy has more than ${policyRulesMax} rules`);
  }
  return reader.rules;
}

class PolicyReader {
  readonly rules: PolicyRule[] = [];
  readonly #lines: LineMap;
  readonly #diagnostics: DiagnosticList;

  constructor(lines: LineMap, diagnostics: DiagnosticList) {
    this.#lines = lines;
    this.#diagnostics = diagnostics;
  }

  readTopLevel({ keys, value }: SyntaxEntry): void {
    const [word, path] = keys;
    if (word.text === 'path') {
      if (path === undefined) this.#readPathMap(word, value);
      else this.#readPath(path, value);
      return;
    }
    if (word.text !== 'name') {
      this.#diagnostics.unknown(word, 'top-level entry', word.text, TOP_LEVEL);
    } else if (path !== undefined || value.kind !== 'scalar' || typeof value.value !== 'string') {
      this.#diagnostics.error(value, '"name" must be a string');
    }
  }

  /** `path = { "x" = { … } }`, and JSON's `"path": { … }` or list of such objects. */
  #readPathMap(word: SyntaxKey, value: SyntaxValue): void {
    const objects = value.kind === 'list' ? value.items : [value];
    for (const object of objects) {
      if (object.kind !== 'object') {
        this.#diagnostics.error(word, '"path" needs a path, as path "secret/*" { … }');
        continue;
      }
      for (const { keys, value: rule } of object.entries) {
        if (keys.length === 1) this.#readPath(keys[0], rule);
        else this.#diagnostics.error(keys[0], 'a path is one string');
      }
    }
  }

  #readPath(path: SyntaxKey, value: SyntaxValue): void {
    const outcome = parsePattern(path.text);
    const rule = readRule(value, this.#diagnostics);
    if ('problem' in outcome) {
      this.#diagnostics.error(path, outcome.problem, outcome.hint);
      return;
    }
    if (outcome.warning !== undefined) this.#diagnostics.warn(path, outcome.warning);
    if (rule === undefined) return;
    const { line } = this.#lines.positionAt(path.offset);
    this.rules.push({ pattern: outcome.pattern, line, ...rule });
  }
}

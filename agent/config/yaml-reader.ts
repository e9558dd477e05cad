/**
 * Reads a YAML document strictly and piece by piece, so that every refusal can name file and line.
 * No tags, anchors, aliases or merge keys: nothing in the file can stand for something else.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
} from 'yaml';
import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';

/** One value of the document, with its place in it. */
export class YamlValue {
  readonly #document: YamlDocument;
  readonly #node: Node;
  /** As in `listen[0].tls`. */
  readonly path: string;

  constructor(document: YamlDocument, node: Node, path: string) {
    this.#document = document;
    this.#node = node;
    this.path = path;
  }

  /** A failure at this value's line. */
  refuse(problem: string): Error {
    const name = this.path === '' ? '' : `${this.path}: `;
    return this.#document.refuse(this.#node, `${name}${problem}`);
  }

  /** The entries of a map that may have these keys, and must have the first `requiredMin`. */
  map(keys: readonly string[], requiredMin = 0): ReadonlyMap<string, YamlValue> {
    const node = this.#node;
    if (!isMap(node)) throw this.refuse(`must be a map of ${keys.join(', ')}`);
    const entries = new Map<string, YamlValue>();
    for (const pair of node.items) {
      const key = this.#keyOf(pair, keys);
      entries.set(key.name, key.value);
    }
    for (const key of keys.slice(0, requiredMin)) {
      if (!entries.has(key)) throw this.refuse(`needs the key "${key}"`);
    }
    return entries;
  }

  /** Keys of a map that are there, without judging them: to tell alternatives apart. */
  has(key: string): boolean {
    return isMap(this.#node) && this.#node.has(key);
  }

  list(entriesMax: number): readonly YamlValue[] {
    const node = this.#node;
    if (!isSeq(node)) throw this.refuse('must be a list');
    if (node.items.length > entriesMax) throw this.refuse(`has more than ${entriesMax} entries`);
    return node.items.map(
      (item, index) => new YamlValue(this.#document, item as Node, `${this.path}[${index}]`),
    );
  }

  get isScalar(): boolean {
    return isScalar(this.#node);
  }

  /** A text, also where YAML would read a number or a word of its own (`off`, `0660`). */
  text(): string {
    const node = this.#node;
    if (!isScalar(node) || node.value === null) throw this.refuse('must be a text');
    return typeof node.value === 'string' ? node.value : (node.source ?? '');
  }

  choice<Word extends string>(words: readonly Word[]): Word {
    const text = this.text();
    const found = words.find((word) => word === text);
    if (found === undefined) throw this.refuse(`must be ${words.join(' or ')}`);
    return found;
  }

  integer(minimum: number, maximum: number): number {
    const text = this.text();
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum)) {
      throw this.refuse(`must be a whole number from ${minimum} to ${maximum}`);
    }
    return value;
  }

  #keyOf(pair: Pair, keys: readonly string[]): { name: string; value: YamlValue } {
    const { key, value } = pair;
    const name = isScalar(key) ? String(key.value) : '';
    const keyNode = key as Node;
    if (!keys.includes(name)) {
      throw this.#document.refuse(
        keyNode,
        `${this.#named(name)} is no key here; ${hint(name, keys)}`,
      );
    }
    const path = this.path === '' ? name : `${this.path}.${name}`;
    if (value === null || value === undefined) {
      throw this.#document.refuse(keyNode, `${path}: has no value`);
    }
    return { name, value: new YamlValue(this.#document, value as Node, path) };
  }

  /** Keys are quoted only if they look like keys: a value in the wrong place may be a secret. */
  #named(name: string): string {
    const shown = /^[A-Za-z_-]{1,32}$/.test(name) ? `"${name}"` : 'that';
    return this.path === '' ? shown : `${this.path}: ${shown}`;
  }
}

/** The value of a key that `map` was told to require. */
export function required(value: YamlValue | undefined): YamlValue {
  assert(value !== undefined, 'a required key was checked');
  return value;
}

export class YamlDocument {
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly root: YamlValue;

  /** Throws `config.invalid` for anything that is not plain YAML. */
  constructor(file: string, text: string) {
    this.#file = file;
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      schema: 'core',
      merge: false,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
    });
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) throw this.#refuseAt(error.pos[0], syntaxProblem(error.code));
    if (document.contents === null) throw this.#refuseAt(0, 'the file is empty');
    this.#refuseIndirection(document.contents);
    this.root = new YamlValue(this, document.contents, '');
  }

  refuse(node: Node, problem: string): Error {
    return this.#refuseAt(node.range?.[0] ?? 0, problem);
  }

  #refuseAt(offset: number, problem: string): Error {
    const line = Math.max(this.#lines.linePos(offset).line, 1);
    return failure('config.invalid', { file: this.#file, line, problem });
  }

  #refuseIndirection(node: unknown): void {
    if (isAlias(node)) throw this.refuse(node, 'aliases are not read here');
    if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor !== undefined) throw this.refuse(node, 'anchors are not read here');
      if (node.tag !== undefined) throw this.refuse(node, 'tags are not read here');
    }
    if (isMap(node)) {
      for (const pair of node.items) {
        this.#refuseIndirection(pair.key);
        this.#refuseIndirection(pair.value);
      }
    }
    if (isSeq(node)) for (const item of node.items) this.#refuseIndirection(item);
  }
}

/** The parser's own messages quote the file: only its codes are used. */
function syntaxProblem(code: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'a key is there twice';
    case 'TAB_AS_INDENT':
      return 'a tab cannot indent; use spaces';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here; the file must hold one';
    default:
      return `not valid YAML (${code})`;
  }
}

/** "did you mean …?" for a key that is nearly one, else which keys there are. */
function hint(name: string, keys: readonly string[]): string {
  const ranked = keys
    .map((key) => ({ key, far: distance(key, name.toLowerCase()) }))
    .sort((left, right) => left.far - right.far);
  const near = ranked.find(({ far }) => far <= 2)?.key;
  return near === undefined ? `there are ${keys.join(', ')}` : `did you mean "${near}"?`;
}

/** Levenshtein distance, for words of at most 32 letters; longer ones are far from everything. */
function distance(left: string, right: string): number {
  if (left.length > 32 || right.length > 32) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let index = 0; index < left.length; index += 1) {
    const next = [index + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const change = (row[column - 1] ?? 0) + (left[index] === right[column - 1] ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

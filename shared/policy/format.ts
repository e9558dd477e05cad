/**
 * Policies in their one canonical form: HCL, two spaces, one attribute a line, lists on one line
 * where they fit, `#` comments, one empty line between blocks. Comments stay where they were, as
 * near as the form allows. Formatting twice changes nothing, and nothing changes the meaning.
 */
import { failure } from '../errors/failure.ts';
import { LineMap } from './diagnostics.ts';
import { SyntaxProblem } from './lexer.ts';
import { checkText } from './parse.ts';
import {
  type Comment,
  type ObjectValue,
  parseSyntax,
  type SyntaxEntry,
  type SyntaxTree,
  type SyntaxValue,
} from './syntax.ts';

const columnsMax = 100;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** The text in canonical form; JSON becomes HCL. Throws `policy.invalid` for a syntax error. */
export function formatPolicy(text: string): string {
  const unix = text.replaceAll(/\r\n?/g, '\n');
  try {
    checkText(unix);
    return new PolicyPrinter(unix, parseSyntax(unix)).print();
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const { line, column } = new LineMap(unix).positionAt(error.span.offset);
    const problem = error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
    throw failure('policy.invalid', { line, column, problem });
  }
}

/** What stands on lines of its own: an entry of a block, or an item of a list. */
interface Piece {
  readonly offset: number;
  /** Where the value begins: comments before it are put before the piece. */
  readonly valueOffset: number;
  readonly end: number;
  readonly kind: 'block' | 'entry';
  readonly print: () => void;
}

/** The last thing that was printed on the current indentation. */
interface Previous {
  readonly end: number;
  readonly kind: Piece['kind'] | 'comment';
}

/** Where a value goes: what stands before it on its line, and behind it. */
interface Frame {
  readonly indent: string;
  readonly depth: number;
  readonly head: string;
  readonly tail: string;
}

class PolicyPrinter {
  readonly #text: string;
  readonly #tree: SyntaxTree;
  readonly #lines: string[] = [];
  /** How many comments of the tree are printed. */
  #printed = 0;

  constructor(text: string, tree: SyntaxTree) {
    this.#text = text;
    this.#tree = tree;
  }

  print(): string {
    const pieces = this.#tree.entries
      .flatMap(withoutPathMaps)
      .map((entry) => this.#entry(entry, '', 0));
    this.#printPieces(pieces, '', this.#text.length + 1);
    return this.#lines.map((line) => `${line}\n`).join('');
  }

  #entry(entry: SyntaxEntry, indent: string, depth: number): Piece {
    const { keys, value } = entry;
    const isBlock = depth === 0 && value.kind === 'object';
    const header = keys.map(({ text }, index) => keyText(text, index === 0 && depth < 2)).join(' ');
    const frame = { indent, depth: depth + 1, head: `${header}${isBlock ? ' ' : ' = '}`, tail: '' };
    return {
      offset: entry.offset,
      valueOffset: value.offset,
      end: entry.end,
      kind: isBlock ? 'block' : 'entry',
      print: () => this.#printValue(value, frame),
    };
  }

  #item(value: SyntaxValue, indent: string, depth: number): Piece {
    const frame = { indent, depth: depth + 1, head: '', tail: ',' };
    const print = (): void => this.#printValue(value, frame);
    return {
      offset: value.offset,
      valueOffset: value.offset,
      end: value.end,
      kind: 'entry',
      print,
    };
  }

  /** Prints the pieces with their comments, up to the offset of what closes them. */
  #printPieces(pieces: readonly Piece[], indent: string, close: number): void {
    let previous: Previous | undefined;
    for (const piece of pieces) {
      previous = this.#printComments(previous, indent, piece.valueOffset);
      this.#printGap(previous, piece.offset, piece.kind);
      piece.print();
      previous = { end: this.#printTrailing(piece.end), kind: piece.kind };
    }
    this.#printComments(previous, indent, close);
  }

  /** Prints the comments before the offset, each on its line. */
  #printComments(
    before: Previous | undefined,
    indent: string,
    close: number,
  ): Previous | undefined {
    let previous = before;
    for (
      let comment = this.#comment();
      comment && comment.offset < close;
      comment = this.#comment()
    ) {
      this.#printGap(previous, comment.offset, 'comment');
      this.#lines.push(indent + commentText(comment));
      previous = { end: comment.end, kind: 'comment' };
      this.#printed += 1;
    }
    return previous;
  }

  /** An empty line: around blocks always, elsewhere where the text has one. */
  #printGap(previous: Previous | undefined, offset: number, kind: Previous['kind']): void {
    if (previous === undefined) return;
    const isForced = previous.kind === 'block' || (kind === 'block' && previous.kind === 'entry');
    const hasGap = /\n[ \t\r]*\n/.test(this.#text.slice(previous.end, offset));
    if (isForced || hasGap) this.#lines.push('');
  }

  /** Puts comments that follow on the same line behind it; returns where the last one ends. */
  #printTrailing(end: number): number {
    let last = end;
    for (let comment = this.#comment(); comment; comment = this.#comment()) {
      if (!/^[ \t]*(?:,[ \t]*)?$/.test(this.#text.slice(last, comment.offset))) break;
      this.#lines.push(`${this.#lines.pop() ?? ''} ${commentText(comment)}`);
      last = comment.end;
      this.#printed += 1;
    }
    return last;
  }

  #printValue(value: SyntaxValue, { indent, depth, head, tail }: Frame): void {
    const inline = this.#inlineText(value);
    const line = `${indent}${head}${inline ?? ''}${tail}`;
    if (inline !== undefined && (value.kind === 'scalar' || line.length <= columnsMax)) {
      this.#lines.push(line);
      return;
    }
    const inner = `${indent}  `;
    const isObject = value.kind === 'object';
    this.#lines.push(`${indent}${head}${isObject ? '{' : '['}`);
    const pieces = isObject
      ? value.entries.map((entry) => this.#entry(entry, inner, depth))
      : itemsOf(value).map((item) => this.#item(item, inner, depth));
    this.#printPieces(pieces, inner, value.end - 1);
    this.#lines.push(`${indent}${isObject ? '}' : ']'}${tail}`);
  }

  /** The value on one line; undefined if it holds a comment, or an object with entries. */
  #inlineText(value: SyntaxValue): string | undefined {
    if (value.kind === 'scalar') return JSON.stringify(value.value);
    const comment = this.#comment();
    if (comment !== undefined && comment.offset < value.end) return undefined;
    if (value.kind === 'object') return value.entries.length === 0 ? '{}' : undefined;
    const items = value.items.map((item) => this.#inlineText(item));
    return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
  }

  /** The next comment that is not printed. */
  #comment(): Comment | undefined {
    return this.#tree.comments[this.#printed];
  }
}

/** `path` maps, as JSON has them, become one block for each path. */
function withoutPathMaps(entry: SyntaxEntry): readonly SyntaxEntry[] {
  const [word, path] = entry.keys;
  const objects = itemsOf(entry.value);
  if (word.text !== 'path' || path !== undefined || !objects.every(isPathMap)) return [entry];
  const rules = objects.flatMap(({ entries }) => entries);
  return rules.map((rule) => ({ ...rule, keys: [word, rule.keys[0]] }));
}

function isPathMap(value: SyntaxValue): value is ObjectValue {
  return value.kind === 'object' && value.entries.every(({ keys }) => keys.length === 1);
}

function itemsOf(value: SyntaxValue): readonly SyntaxValue[] {
  return value.kind === 'list' ? value.items : [value];
}

function keyText(text: string, mayBeBare: boolean): string {
  return mayBeBare && IDENTIFIER.test(text) ? text : JSON.stringify(text);
}

function commentText({ text }: Comment): string {
  return text.startsWith('//') ? `#${text.slice(2)}` : text;
}

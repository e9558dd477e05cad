/** What a parse says about a policy's text, with the place that it speaks of. */
import { assert } from '../assert.ts';
import { policyDiagnosticsMax } from './limits.ts';

/** A stretch of the text, in UTF-16 units; `end` is behind its last one. */
export interface Span {
  readonly offset: number;
  readonly end: number;
}

export interface Diagnostic {
  /** A policy with an error is not used; a warning says what probably was not meant. */
  readonly severity: 'error' | 'warning';
  /** Both count from 1; columns count UTF-16 units. */
  readonly line: number;
  readonly column: number;
  /** UTF-16 units to underline, at least 1. */
  readonly length: number;
  readonly message: string;
  /** What to write instead, as `did you mean "read"?`. */
  readonly hint?: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds lines and columns in one text. */
export class LineMap {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.#starts.push(at + 1);
    }
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

/** Collects the diagnostics of one text, up to the limit. */
export class DiagnosticList {
  readonly #all: Diagnostic[] = [];
  readonly #lines: LineMap;

  constructor(lines: LineMap) {
    this.#lines = lines;
  }

  error(span: Span, message: string, hint?: string): void {
    this.#add('error', span, message, hint);
  }

  warn(span: Span, message: string, hint?: string): void {
    this.#add('warning', span, message, hint);
  }

  /** The error for a word that is none of the known ones, with the nearest of them as a hint. */
  unknown(span: Span, what: string, word: string, known: readonly string[]): void {
    // A text can hold more wrong words than there is time to compare with all known ones.
    if (this.#isFull) return;
    this.#add('error', span, `unknown ${what}${quoted(word)}`, suggestion(word, known));
  }

  /** In order of appearance. */
  get inOrder(): readonly Diagnostic[] {
    return this.#all.toSorted(
      (left, right) => left.line - right.line || left.column - right.column,
    );
  }

  get hasErrors(): boolean {
    return this.#all.some(({ severity }) => severity === 'error');
  }

  get #isFull(): boolean {
    return this.#all.length >= policyDiagnosticsMax && this.hasErrors;
  }

  #add(severity: 'error' | 'warning', span: Span, message: string, hint?: string): void {
    assert(span.end >= span.offset, 'a span does not end before it starts');
    // Past the limit an error still takes a warning's place: a policy with errors is never used.
    if (this.#all.length >= policyDiagnosticsMax) {
      if (severity === 'warning' || this.#isFull) return;
      this.#all.pop();
    }
    const length = Math.max(1, span.end - span.offset);
    const place = { ...this.#lines.positionAt(span.offset), length };
    this.#all.push({ severity, ...place, message, ...(hint === undefined ? {} : { hint }) });
  }
}

/** A diagnostic as one line: `line 5, column 20: unknown capability "red"; did you mean "read"?` */
export function diagnosticText(diagnostic: Diagnostic): string {
  const { line, column } = diagnostic;
  return `line ${line}, column ${column}: ${diagnosticProblem(diagnostic)}`;
}

/** The same without the place. */
export function diagnosticProblem({ message, hint }: Diagnostic): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}

/**
 * A word of the text for an error message, in quotes and with a space before it; empty if it is
 * long or not plain ASCII: policies are no secrets, but what was pasted by mistake may be one.
 */
export function quoted(word: string): string {
  return /^[\x21-\x7e]{1,32}$/.test(word) ? ` "${word}"` : '';
}

/** `did you mean "read"?` for the known word nearest to the given one, if one is near. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  if (word.length > 32) return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate) }))
    .toSorted((left, right) => left.distance - right.distance);
  const [best] = ranked;
  if (best === undefined || best.distance > Math.max(1, Math.floor(best.candidate.length / 3))) {
    return undefined;
  }
  return `did you mean "${best.candidate}"?`;
}

/** Levenshtein's distance, row by row. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

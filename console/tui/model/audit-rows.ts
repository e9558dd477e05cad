/**
 * The live audit tail: records as rows, the newest `auditRowsMax` of them. What is shown is not
 * verified; that is another screen's work.
 */
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { parseJson } from '../../../shared/json/parse.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json/value.ts';
import { numberIn, objectIn, textIn } from '../../client/members.ts';
import { auditRowCharactersMax, auditRowsMax } from './limits.ts';

/** One record; all texts as they came, to be cleaned where they are shown. */
export interface AuditRow {
  /** Unique while it is kept: counts the rows of this console. */
  readonly id: string;
  /** Of the record; -1 for a line that is none. */
  readonly index: number;
  readonly time: string;
  readonly type: string;
  /** Operation and path, or the event's name. */
  readonly what: string;
  readonly who: string;
  /** As the log has it: hashed, the same for every record of one token. */
  readonly accessor: string;
  readonly from: string;
  /** HTTP status; 0 where there is none. */
  readonly status: number;
  /** Code of a failure; empty for what went well. */
  readonly error: string;
  /** The line itself, up to `auditRowCharactersMax`. */
  readonly line: string;
  /** How many records of the log are left out here, for a row that stands for them; else 0. */
  readonly missing: number;
}

export interface AuditTail {
  /** Oldest first. */
  readonly rows: readonly AuditRow[];
  /** Rows taken since the start: the next one's number. */
  readonly taken: number;
  /** Lines that this console was too slow for. */
  readonly dropped: number;
  /** Index of the record that comes next, as it was when the log began to be followed. */
  readonly next: number;
}

export const emptyTail: AuditTail = { rows: [], taken: 0, dropped: 0, next: 0 };

export function withLines(tail: AuditTail, lines: readonly string[], dropped: number): AuditTail {
  const fresh = lines.slice(-auditRowsMax).map((line, index) => rowOf(line, tail.taken + index));
  const rows = [...tail.rows, ...fresh].slice(-auditRowsMax);
  return { ...tail, rows, taken: tail.taken + fresh.length, dropped: tail.dropped + dropped };
}

/** The tail with what was written before it was followed, in its place; none of it twice. */
export function withHistory(tail: AuditTail, lines: readonly string[]): AuditTail {
  const known = new Set(tail.rows.map(({ index }) => index));
  const found = lines
    .slice(-auditRowsMax)
    .map((line, index) => rowOf(line, tail.taken + index))
    .filter(({ index }) => index < 0 || !known.has(index));
  const first = found.find(({ index }) => index >= 0)?.index ?? Number.POSITIVE_INFINITY;
  const at = tail.rows.findIndex(({ index }) => index > first);
  const place = at < 0 ? tail.rows.length : at;
  const rows = tail.rows.toSpliced(place, 0, ...found).slice(-auditRowsMax);
  return { ...tail, rows, taken: tail.taken + lines.length };
}

/** Where the history begins that is worth reading: behind what is here, and not too long ago. */
export function historyFrom({ rows }: AuditTail, next: number, linesMax: number): number {
  const newest = rows.findLast(({ index }) => index >= 0)?.index ?? -1;
  return Math.max(0, newest + 1, next - linesMax);
}

/** The rows, and where the log has records between two of them a row that says how many. */
export function rowsWithGaps({ rows, next }: AuditTail): readonly AuditRow[] {
  const shown: AuditRow[] = [];
  let expected: number | undefined;
  const leaveOut = (to: number): void => {
    if (expected !== undefined && to > expected) shown.push(gapOf(expected, to));
  };
  for (const row of rows) {
    if (row.index >= 0) {
      leaveOut(row.index);
      expected = Math.max(expected ?? 0, row.index + 1);
    }
    shown.push(row);
  }
  leaveOut(next);
  return shown;
}

function gapOf(from: number, to: number): AuditRow {
  return { ...emptyRow, id: `from ${from}`, index: from, type: 'gap', missing: to - from };
}

const emptyRow: Omit<AuditRow, 'id' | 'index' | 'type'> = {
  time: '',
  what: '',
  who: '',
  accessor: '',
  from: '',
  status: 0,
  error: '',
  line: '',
  missing: 0,
};

/** The parts of a row that a filter looks at. */
export function textsOfRow(row: AuditRow): readonly string[] {
  const { what, who, accessor, from, error, type } = row;
  return [what, who, accessor, from, error, type];
}

function rowOf(line: string, number: number): AuditRow {
  const kept = line.slice(0, auditRowCharactersMax);
  const record = recordOf(line);
  if (record === undefined) {
    const what = 'a line that is no record';
    return { ...emptyRow, id: String(number), index: -1, type: '?', what, line: kept };
  }
  const request = objectIn(record, 'request');
  const auth = objectIn(record, 'auth');
  const status = numberIn(objectIn(record, 'response'), 'status');
  const path = textIn(request, 'path');
  const refused = status >= 400 ? 'refused' : '';
  return {
    id: String(number),
    index: numberIn(record, 'index'),
    time: textIn(record, 'time'),
    type: textIn(record, 'type'),
    what:
      path === ''
        ? textIn(record, 'event') || textIn(record, 'duty') || textIn(record, 'type')
        : `${textIn(request, 'operation')} ${path}`,
    who: textIn(auth, 'display_name'),
    accessor: textIn(auth, 'accessor'),
    from: textIn(request, 'remote_address'),
    status,
    error: textIn(objectIn(record, 'error'), 'code') || refused,
    line: kept,
    missing: 0,
  };
}

function recordOf(line: string): JsonObject | undefined {
  try {
    const value = parseJson(utf8Encode(line));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

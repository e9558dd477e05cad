/**
 * A secret that somebody else has changed while the form was open: what they have and what is
 * typed here, name by name. Both stay masked until their version is read, which is recorded.
 */
import { literal, type SafeText, clean } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import type { Revealed, SecretForm } from '../../model/secrets.ts';
import { changesOf, type FormChange } from './secret-form.ts';

const nameColumnsMax = 120;
const valueColumnsMax = 400;

export interface ConflictView {
  readonly path: SafeText;
  /** The version that the form was opened on, and the newest. */
  readonly base: number;
  readonly newest: number | undefined;
  readonly rows: readonly ConflictRow[];
  /** Seconds until both are masked again; 0 while they are. */
  readonly revealedSeconds: number;
}

export interface ConflictRow {
  readonly name: SafeText;
  readonly theirs: SafeText;
  readonly mine: SafeText;
  readonly token: Token;
}

export interface ConflictParts {
  readonly form: SecretForm;
  readonly newest: number | undefined;
  /** Names of the newest version; undefined while they are read. */
  readonly theirNames: readonly string[] | undefined;
  /** The newest version, for the seconds in which it is shown. */
  readonly revealed: Revealed | undefined;
  readonly nowMs: number;
}

const dots = literal('••••••••');

export function conflictView(parts: ConflictParts): ConflictView {
  const { form, newest, theirNames = [], revealed, nowMs } = parts;
  const typed = changesOf(form);
  const changes = typeof typed === 'string' ? [] : typed;
  const mine = new Map(changes.map((change) => [change.name, change]));
  const names = new Set([...form.names, ...theirNames, ...mine.keys()]);
  const untilMs = revealed?.untilMs ?? nowMs;
  return {
    path: clean(form.path, nameColumnsMax),
    base: form.cas,
    newest,
    rows: [...names].map((name) => rowOf(parts, name, mine.get(name))),
    revealedSeconds: Math.max(0, Math.ceil((untilMs - nowMs) / 1_000)),
  };
}

function rowOf(parts: ConflictParts, name: string, change: FormChange | undefined): ConflictRow {
  const isShown = parts.revealed !== undefined;
  return {
    name: clean(name, nameColumnsMax),
    theirs: theirsOf(parts, name),
    mine: mineOf(change, isShown),
    token: change === undefined ? 'muted' : 'warning',
  };
}

function theirsOf({ form, theirNames, revealed }: ConflictParts, name: string): SafeText {
  if (revealed !== undefined) {
    const value = revealed.values.find(([each]) => each === name)?.[1];
    return value === undefined ? literal('is not there') : clean(value, valueColumnsMax);
  }
  if (theirNames === undefined) return literal('reading …');
  if (!theirNames.includes(name)) return literal('is not there');
  const wasThere = form.names.includes(name) || form.structures.includes(name);
  return wasThere ? dots : literal('•••••••• new');
}

function mineOf(change: FormChange | undefined, isShown: boolean): SafeText {
  if (change === undefined) return literal('as it is');
  if (change.value === null) return literal('removed');
  return isShown ? clean(change.value, valueColumnsMax) : dots;
}

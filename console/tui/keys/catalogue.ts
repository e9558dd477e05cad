/** What footer, help and palette show of the verb table, so that none of them can be stale. */
import { assert } from '../../../shared/assert.ts';
import { footerKeysMax } from '../../limits.ts';
import { actKey } from './confirm.ts';
import { isKeyName, keyLabel, type KeyName } from './key-name.ts';
import { topMode, type Mode } from './mode.ts';
import { builtInKeys } from './navigation.ts';
import { usage } from './palette.ts';
import type { RouterState, Surroundings } from './routing.ts';
import { refusal } from './start-verb.ts';
import type { Verb, View } from './verb.ts';

export interface KeyHint {
  readonly key: KeyName;
  readonly title: string;
  /** Shown however narrow the footer is: it leads to all the others. */
  readonly stays?: boolean;
}

export interface HelpEntry {
  readonly keys: readonly KeyName[];
  /** `:seal NODE`; '' for what has no command. */
  readonly command: string;
  readonly help: string;
  /** Why it does not work now; undefined if it does. */
  readonly refusal: string | undefined;
}

export interface HelpSection {
  readonly title: string;
  readonly entries: readonly HelpEntry[];
}

/** At most eight keys of the mode that has the keyboard; those that do nothing now are left out. */
export function footerHints<Model, Effect>(
  { modes }: RouterState,
  surroundings: Surroundings<Model, Effect>,
): readonly KeyHint[] {
  const top = topMode(modes);
  if (top.kind === 'normal') return normalHints(surroundings);
  if (top.kind === 'text') {
    const keys = viewHints(surroundings).filter(({ key }) => key.length > 1);
    return [...keys.slice(0, footerKeysMax - 3), commandHint, helpHint, backHint];
  }
  return fixedHints(top);
}

/**
 * Every key and command of the view, then those of all views, then how to move about. What works
 * now comes first.
 */
export function helpSections<Model, Effect>(
  surroundings: Surroundings<Model, Effect>,
): readonly HelpSection[] {
  const { verbs, view } = surroundings;
  const entriesOf = (wanted: View): HelpEntry[] => {
    const all = verbs.filter((verb) => verb.view === wanted);
    const entries = all.map((verb) => helpEntry(verb, surroundings));
    const isNow = ({ refusal: reason }: HelpEntry): boolean => reason === undefined;
    return [...entries.filter(isNow), ...entries.filter((entry) => !isNow(entry))];
  };
  const taken = new Set(
    entriesOf(view)
      .concat(entriesOf('global'))
      .flatMap(({ keys }) => keys),
  );
  const moving = builtInKeys.flatMap(({ keys: all, help }) => {
    const keys = all.filter((key) => !taken.has(key));
    return keys.length === 0 ? [] : [{ keys, command: '', help, refusal: undefined }];
  });
  return [
    { title: 'this view', entries: entriesOf(view) },
    { title: 'everywhere', entries: entriesOf('global') },
    { title: 'moving about', entries: moving },
  ].filter(({ entries }) => entries.length > 0);
}

/**
 * Checked once at start: keys exist, none has two meanings in one view, every verb can be reached,
 * dangerous ones have a target and a warning, and the answer to a question is not its own key.
 */
export function assertTable<Model, Effect>(verbs: readonly Verb<Model, Effect>[]): void {
  const seen = new Set<string>();
  for (const verb of verbs) {
    const { id, keys, view, danger, command } = verb;
    claim(seen, `id ${id}`);
    for (const key of keys) {
      assert(isKeyName(key), `${id}: ${key} is a key`);
      assert(!reservedKeys.includes(key), `${id}: ${key} means the same everywhere`);
      claim(seen, `${view} ${key}`);
    }
    assert(keys.length > 0 || command !== undefined, `${id} can be reached`);
    const names = command === undefined ? [] : [command.name, ...(command.aliases ?? [])];
    for (const name of names) claim(seen, `${view} :${name}`);
    assert(danger !== 1 || !keys.includes('y'), `${id}: y answers, so it does not ask`);
    const asks = verb.target !== undefined && verb.warning !== undefined;
    assert(danger === 0 || asks, `${id}: a dangerous verb says what it would do`);
  }
}

/** The ways out of every view: to help, to the palette, and back. */
const reservedKeys: readonly KeyName[] = ['?', 'F1', ':', 'F2', 'Esc'];

function claim(seen: Set<string>, what: string): void {
  assert(!seen.has(what), `the verb table names ${what} once`);
  seen.add(what);
}

const backHint: KeyHint = { key: 'Esc', title: 'back', stays: true };
/** A letter types where there is a field; the F keys are left. */
const commandHint: KeyHint = { key: 'F2', title: 'command' };
const helpHint: KeyHint = { key: 'F1', title: 'help', stays: true };

function normalHints<Model, Effect>(surroundings: Surroundings<Model, Effect>): readonly KeyHint[] {
  const fixed = builtInKeys
    .filter(({ does }) => does === 'palette' || does === 'help')
    .map(({ keys: [key = ''], title }) => ({ key, title, stays: true }));
  return [...viewHints(surroundings).slice(0, footerKeysMax - fixed.length), ...fixed];
}

function viewHints<Model, Effect>(surroundings: Surroundings<Model, Effect>): readonly KeyHint[] {
  const { verbs, view } = surroundings;
  return verbs
    .filter((verb) => verb.footer !== undefined && (verb.view === view || verb.view === 'global'))
    .filter((verb) => refusal(verb, surroundings) === undefined)
    .toSorted((left, right) => (left.footer ?? 0) - (right.footer ?? 0))
    .flatMap(({ keys: [key], title }) => (key === undefined ? [] : [{ key, title }]));
}

function fixedHints(top: Exclude<Mode, { kind: 'normal' | 'text' }>): readonly KeyHint[] {
  if (top.kind === 'line') {
    return top.purpose === 'filter'
      ? [{ key: 'Enter', title: 'keep' }, backHint]
      : [
          { key: 'Enter', title: 'run' },
          { key: 'Tab', title: 'complete' },
          { key: 'Up', title: 'history' },
          backHint,
        ];
  }
  if (top.modal === 'panel') return [{ key: 'Esc', title: 'close' }];
  if (top.confirmation.danger === 1) {
    return [
      { key: 'y', title: 'yes' },
      { key: 'n', title: 'no' },
    ];
  }
  const act = { key: actKey, title: 'do it' };
  const cancel = { key: 'Esc', title: 'cancel' };
  return top.confirmation.danger === 2
    ? [act, cancel]
    : [act, { key: 'Tab', title: 'other field' }, cancel];
}

function helpEntry<Model, Effect>(
  verb: Verb<Model, Effect>,
  surroundings: Surroundings<Model, Effect>,
): HelpEntry {
  const { keys, help, command } = verb;
  return {
    keys,
    command: command === undefined ? '' : `:${usage(command)}`,
    help,
    refusal: refusal(verb, surroundings),
  };
}

/** `<j> <Down>`, as help prints the keys of one entry. */
export function keyLabels(keys: readonly KeyName[]): string {
  return keys.map(keyLabel).join(' ');
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertTable, footerHints, helpSections } from '../../../../console/tui/keys/catalogue.ts';
import { pushMode } from '../../../../console/tui/keys/mode.ts';
import { builtInKeys } from '../../../../console/tui/keys/navigation.ts';
import { isKeyName } from '../../../../console/tui/keys/key-name.ts';
import type { Verb } from '../../../../console/tui/keys/verb.ts';
import { Keyboard, model, verbs, type Model } from './example-table.ts';

function keysOf(keyboard: Keyboard): string {
  const hints = footerHints(keyboard.state, keyboard.surroundings);
  return hints.map(({ key, title }) => `${key} ${title}`).join(', ');
}

test('the footer shows what works now, in order, and how to get further', () => {
  const keyboard = new Keyboard();
  assert.equal(keysOf(keyboard), 's stop, D delete, X wipe, C-s save, q quit, : command, ? help');
  keyboard.writable = false;
  assert.equal(keysOf(keyboard), 'C-s save, q quit, : command, ? help');
  keyboard.model = { ...model, selected: 'b' };
  keyboard.view = 'log';
  assert.equal(keysOf(keyboard), 'q quit, : command, ? help');
});

test('the footer is that of the mode that has the keyboard', () => {
  const keyboard = new Keyboard();
  keyboard.press('s');
  assert.equal(keysOf(keyboard), 'y yes, n no');
  keyboard.nowMs += 300;
  keyboard.press('n');
  keyboard.press('D');
  assert.equal(keysOf(keyboard), 'C-y do it, Esc cancel');
  keyboard.nowMs += 300;
  keyboard.press('Esc');
  keyboard.press('X');
  assert.equal(keysOf(keyboard), 'C-y do it, Tab other field, Esc cancel');
  keyboard.nowMs += 300;
  keyboard.press('Esc');
  keyboard.press(':');
  assert.match(keysOf(keyboard), /Tab complete/);
  keyboard.press('Esc');
  keyboard.state = {
    ...keyboard.state,
    modes: pushMode(keyboard.state.modes, { kind: 'text', field: 'text' }),
  };
  assert.equal(
    keysOf(keyboard),
    'C-s save, F2 command, F1 help, Esc back',
    'letters type, so they are no keys here',
  );
});

test('the footer has eight keys at most', () => {
  const keyboard = new Keyboard();
  const many = Array.from({ length: 12 }, (_, index) => ({
    ...verbs.find(({ id }) => id === 'save'),
    id: `v${index}`,
    keys: [String.fromCodePoint(65 + index)],
    footer: index,
  })) as readonly Verb<Model, string>[];
  const hints = footerHints(keyboard.state, { ...keyboard.surroundings, verbs: many });
  assert.equal(hints.length, 8);
  assert.equal(hints.at(-1)?.title, 'help', 'the way to the others is always there');
});

test('help names every verb of the view with key, command and why it does not work', () => {
  const keyboard = new Keyboard();
  keyboard.writable = false;
  const sections = helpSections(keyboard.surroundings);
  assert.deepEqual(
    sections.map(({ title }) => title),
    ['this view', 'everywhere', 'moving about'],
  );
  const [view, everywhere] = sections;
  const entries = view?.entries ?? [];
  const firstRefused = entries.findIndex(({ refusal }) => refusal !== undefined);
  assert.ok(firstRefused > 0, 'what works now comes first');
  assert.ok(entries.slice(firstRefused).every(({ refusal }) => refusal !== undefined));
  assert.deepEqual(entries[firstRefused], {
    keys: ['s'],
    command: ':stop [ITEM]',
    help: 'stop the item',
    refusal: 'read only: C-o lets you make changes for ten minutes',
  });
  assert.equal(everywhere?.entries.length, verbs.filter((verb) => verb.view === 'global').length);
});

test('help does not say that a key moves about where a verb has it', () => {
  const keyboard = new Keyboard();
  const [first] = verbs;
  assert.ok(first !== undefined);
  const surroundings = { ...keyboard.surroundings, verbs: [{ ...first, keys: ['l'] }] };
  const moving = helpSections(surroundings).at(-1)?.entries ?? [];
  assert.deepEqual(moving.find(({ help }) => help === 'right, or unfold')?.keys, ['Right']);
});

test('the keys that move about have names and no two meanings', () => {
  const keys = builtInKeys.flatMap((entry) => entry.keys);
  for (const key of keys) assert.ok(isKeyName(key), key);
  assert.equal(new Set(keys).size, keys.length);
});

test('a table with a mistake does not start', () => {
  assertTable(verbs);
  const [first] = verbs;
  assert.ok(first !== undefined);
  const { warning: _, ...withoutWarning } = first;
  const { command: __, ...withoutCommand } = first;
  const mistakes: readonly (readonly [Verb<Model, string>, RegExp])[] = [
    [{ ...first, id: 'other' }, /names items s once/],
    [{ ...first, keys: ['Ctrl-X'] }, /Ctrl-X is a key/],
    [{ ...first, keys: ['y'] }, /y answers/],
    [{ ...first, keys: ['Esc'] }, /Esc means the same everywhere/],
    [{ ...withoutWarning, keys: ['w'] }, /says what it would do/],
    [{ ...withoutCommand, keys: [] }, /can be reached/],
  ];
  for (const [mistake, message] of mistakes) {
    const table = mistake.id === 'other' ? [...verbs, mistake] : [mistake];
    assert.throws(() => assertTable(table), message);
  }
});

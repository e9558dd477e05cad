import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closeStaleDialog } from '../../../../console/tui/keys/router.ts';
import { lineText } from '../../../../console/tui/keys/line-input.ts';
import { pushMode, topMode } from '../../../../console/tui/keys/mode.ts';
import { Keyboard, model } from './example-table.ts';

const none = { kind: 'none' };

function ran(effect: string, verbId: string): object {
  return { kind: 'effect', verbId, effect };
}

test('a key runs the verb of its view, or moves about', () => {
  const keyboard = new Keyboard();
  assert.deepEqual(keyboard.press('q'), ran('quit', 'quit'));
  assert.deepEqual(keyboard.press('v'), none, 'a verb of another view');
  assert.deepEqual(keyboard.press('j'), { kind: 'navigate', to: 'down' });
  assert.deepEqual(keyboard.press('Esc'), { kind: 'navigate', to: 'back' }, 'Esc never quits');
});

test('a verb that does not work now says why', () => {
  const keyboard = new Keyboard();
  keyboard.model = { ...model, selected: 'b' };
  assert.deepEqual(keyboard.press('C-s'), { kind: 'notice', text: 'b is read only' });
  keyboard.writable = false;
  assert.match(JSON.stringify(keyboard.press('s')), /read only: C-o/);
  keyboard.writable = true;
  keyboard.model = { ...model, selected: 'gone' };
  assert.deepEqual(keyboard.press('s'), { kind: 'notice', text: 'stop: nothing is selected' });
});

test('an act of danger 1 is done by y, and by no other key', () => {
  for (const key of ['Enter', 's', 'Space', 'q', 'C-y', 'Tab']) {
    const keyboard = new Keyboard();
    assert.deepEqual(keyboard.press('s'), none);
    keyboard.nowMs += 300;
    assert.deepEqual(keyboard.press(key), none, key);
    assert.equal(topMode(keyboard.state.modes).kind, 'modal', `${key} leaves the dialog open`);
    assert.deepEqual(keyboard.press('y'), ran('stop a', 'item.stop'));
    assert.equal(topMode(keyboard.state.modes).kind, 'normal');
  }
});

test('a dialog hears nothing for 300 ms: keys held down do not answer it', () => {
  const keyboard = new Keyboard();
  keyboard.press('s');
  keyboard.nowMs += 299;
  assert.deepEqual(keyboard.press('y'), none);
  assert.deepEqual(keyboard.press('Esc'), none);
  assert.equal(topMode(keyboard.state.modes).kind, 'modal');
  keyboard.nowMs += 1;
  assert.deepEqual(keyboard.press('y'), ran('stop a', 'item.stop'));
});

test('an act of danger 2 is done by typing the name of its object, then C-y', () => {
  const keyboard = new Keyboard();
  keyboard.press('D');
  keyboard.nowMs += 300;
  keyboard.type('item-');
  assert.deepEqual(keyboard.press('C-y'), none, 'half a name');
  keyboard.type('a');
  assert.deepEqual(keyboard.press('Enter'), none, 'Enter never confirms');
  assert.deepEqual(keyboard.press('y'), none);
  keyboard.press('Backspace');
  assert.deepEqual(keyboard.press('C-y'), ran('delete a', 'item.delete'));
});

test('a dialog takes no paste', () => {
  const keyboard = new Keyboard();
  keyboard.press('D');
  keyboard.nowMs += 300;
  const intent = keyboard.send({ kind: 'paste', text: 'item-a' });
  assert.deepEqual(intent, { kind: 'notice', text: 'a dialog takes no paste: type it' });
  assert.deepEqual(keyboard.press('C-y'), none);
});

test('an act of danger 3 wants the cluster, a reason, and two seconds', () => {
  const keyboard = new Keyboard();
  keyboard.press('X');
  keyboard.nowMs += 300;
  keyboard.type('prod');
  assert.deepEqual(keyboard.press('C-y'), none, 'no reason yet');
  keyboard.press('Tab');
  keyboard.type('drill 7');
  keyboard.nowMs += 1_999;
  assert.deepEqual(keyboard.press('C-y'), none, 'too soon');
  keyboard.nowMs += 1;
  assert.deepEqual(keyboard.press('C-y'), ran('wipe a (drill 7)', 'item.wipe'));
});

test('taking back what was typed disarms the dialog', () => {
  const keyboard = new Keyboard();
  keyboard.press('X');
  keyboard.nowMs += 300;
  keyboard.type('prod');
  keyboard.press('Tab');
  keyboard.type('x');
  keyboard.nowMs += 5_000;
  keyboard.press('Backspace');
  keyboard.type('y');
  assert.deepEqual(keyboard.press('C-y'), none, 'the two seconds begin anew');
});

test('a dialog acts on what was selected when it opened', () => {
  const keyboard = new Keyboard();
  keyboard.press('s');
  keyboard.model = { ...model, selected: 'b' };
  keyboard.nowMs += 300;
  assert.deepEqual(keyboard.press('y'), ran('stop a', 'item.stop'));
});

test('a dialog whose object changed closes itself and does nothing', () => {
  const keyboard = new Keyboard();
  keyboard.press('s');
  keyboard.model = { ...model, items: new Map([['a', '2']]) };
  const { state, intent } = closeStaleDialog(keyboard.state, keyboard.surroundings);
  assert.deepEqual(intent, { kind: 'notice', text: 'item-a has changed; nothing was done' });
  assert.equal(topMode(state.modes).kind, 'normal');
  keyboard.nowMs += 300;
  assert.equal(keyboard.press('y').kind, 'notice', 'also when nobody looked in between');
});

test('what was allowed when the dialog opened is asked again when it is answered', () => {
  const keyboard = new Keyboard();
  keyboard.press('s');
  keyboard.nowMs += 300;
  keyboard.writable = false;
  assert.match(JSON.stringify(keyboard.press('y')), /read only/);
});

test('a terminal without focus confirms nothing', () => {
  const keyboard = new Keyboard();
  keyboard.press('s');
  keyboard.nowMs += 300;
  keyboard.focused = false;
  assert.equal(keyboard.press('y').kind, 'notice');
  keyboard.focused = true;
  assert.deepEqual(keyboard.press('y'), ran('stop a', 'item.stop'));
});

test('a paste in a view does nothing but say so', () => {
  const keyboard = new Keyboard();
  const intent = keyboard.send({ kind: 'paste', text: 'q' });
  assert.deepEqual(intent, { kind: 'notice', text: 'paste ignored' });
  const refused = keyboard.send({ kind: 'paste-refused', reason: 'too-long' });
  assert.match(JSON.stringify(refused), /longer than 64 KiB/);
});

test('the palette runs a command, and a paste into it never does', () => {
  const keyboard = new Keyboard();
  keyboard.press(':');
  assert.deepEqual(keyboard.send({ kind: 'paste', text: 'item b\r\n' }), none);
  assert.deepEqual(keyboard.press('Enter'), ran('item b', 'view.item'));
  keyboard.press(':');
  assert.deepEqual(keyboard.send({ kind: 'paste', text: 'quit\rquit' }), none);
  const top = topMode(keyboard.state.modes);
  assert.ok(top.kind === 'line' && lineText(top.line) === '' && /refused/.test(top.problem));
  assert.deepEqual(keyboard.press('Esc'), none);
  assert.equal(topMode(keyboard.state.modes).kind, 'normal');
});

test('a wrong command stays to be mended', () => {
  const keyboard = new Keyboard();
  keyboard.type(':zap');
  assert.deepEqual(keyboard.press('Enter'), none);
  const top = topMode(keyboard.state.modes);
  assert.ok(top.kind === 'line' && lineText(top.line) === 'zap');
  assert.match(top.problem, /no command :zap/);
  keyboard.press('Backspace');
  const mended = topMode(keyboard.state.modes);
  assert.ok(mended.kind === 'line' && mended.problem === '');
});

test('a dangerous command asks as its key does, about the object that was named', () => {
  const keyboard = new Keyboard();
  keyboard.type(':stop b');
  assert.deepEqual(keyboard.press('Enter'), none);
  keyboard.nowMs += 300;
  assert.deepEqual(keyboard.press('y'), ran('stop b', 'item.stop'));
});

test('the history goes back and forth, and - repeats the last command', () => {
  const keyboard = new Keyboard();
  keyboard.type(':item a');
  keyboard.press('Enter');
  keyboard.type(':items');
  keyboard.press('Enter');
  keyboard.press(':');
  keyboard.press('Up');
  keyboard.press('Up');
  keyboard.press('Up');
  assert.deepEqual(keyboard.press('Enter'), ran('item a', 'view.item'));
  keyboard.type(':-');
  assert.deepEqual(keyboard.press('Enter'), ran('item a', 'view.item'));
  assert.deepEqual(keyboard.state.history, ['item a', 'items']);
});

test('Tab completes a command and its values', () => {
  const keyboard = new Keyboard();
  keyboard.type(':del');
  keyboard.press('Tab');
  keyboard.press('Tab');
  const top = topMode(keyboard.state.modes);
  assert.ok(top.kind === 'line');
  assert.equal(lineText(top.line), 'delete a');
});

test('the filter acts while it is typed; Enter keeps it, Esc gives the old one back', () => {
  const keyboard = new Keyboard();
  keyboard.press('/');
  assert.deepEqual(keyboard.type('a!'), { kind: 'filter', text: 'a!' });
  assert.deepEqual(keyboard.press('Enter'), none);
  assert.equal(topMode(keyboard.state.modes).kind, 'normal');
  keyboard.filter = 'a!';
  keyboard.press('/');
  assert.deepEqual(keyboard.press('Backspace'), { kind: 'filter', text: 'a' });
  assert.deepEqual(keyboard.press('Esc'), { kind: 'filter', text: 'a!' });
});

test('help is a sheet of its own: keys scroll it and act on nothing below', () => {
  const keyboard = new Keyboard();
  assert.deepEqual(keyboard.press('?'), none);
  assert.deepEqual(keyboard.press('Esc'), none, 'too soon after it opened');
  keyboard.nowMs += 300;
  assert.deepEqual(keyboard.press('j'), { kind: 'navigate', to: 'down' });
  assert.deepEqual(keyboard.press('D'), none);
  assert.deepEqual(keyboard.press('q'), none, 'closes the sheet and quits nothing');
  assert.equal(topMode(keyboard.state.modes).kind, 'normal');
});

test('an editor gets every key but those of verbs with Control or Alt', () => {
  const keyboard = new Keyboard();
  const modes = pushMode(keyboard.state.modes, { kind: 'text', field: 'text' });
  keyboard.state = { ...keyboard.state, modes };
  for (const key of ['q', 's', ':', '/', '?', 'Enter', 'Esc', 'C-k']) {
    assert.deepEqual(keyboard.press(key), { kind: 'text', event: { kind: 'key', key } });
  }
  assert.deepEqual(keyboard.press('C-s'), ran('save', 'save'));
  const paste = { kind: 'paste', text: 'a\nb' } as const;
  assert.deepEqual(keyboard.send(paste), { kind: 'text', event: paste });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Form } from '../../../../console/tui/components/form.tsx';
import {
  editForm,
  formOf,
  formValue,
  type FormField,
  type FormState,
} from '../../../../console/tui/components/form-state.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';
import { mount } from '../../../support/virtual-terminal.ts';

const fields: readonly FormField[] = [
  { id: 'name', label: literal('name'), kind: 'text', hint: literal('as it is listed') },
  { id: 'value', label: literal('value'), kind: 'masked' },
  { id: 'engine', label: literal('engine'), kind: 'choice', options: ['kv', 'transit', 'pki'] },
];

function press(state: FormState, ...keys: readonly string[]): FormState {
  let now = state;
  for (const key of keys) {
    const next = editForm(now, fields, { kind: 'key', key });
    assert.ok(typeof next === 'object');
    now = next;
  }
  return now;
}

test('a form is filled in field by field; no key submits it', () => {
  const filled = press(formOf(fields), 'a', 'b', 'Enter', 'x', 'Tab', 'Right', 'Enter');
  assert.equal(formValue(filled, 'name'), 'ab');
  assert.equal(formValue(filled, 'value'), 'x');
  assert.equal(formValue(filled, 'engine'), 'transit');
  assert.equal(filled.focusedId, 'name', 'after the last field comes the first');
  assert.equal(press(filled, 'S-Tab').focusedId, 'engine');
  assert.equal(formValue(press(filled, 'S-Tab', 'Left', 'Left'), 'engine'), 'pki');
});

test('a form begins with what is there, and a choice with its first', () => {
  const state = formOf(fields, new Map([['name', 'old']]));
  assert.deepEqual([formValue(state, 'name'), formValue(state, 'engine')], ['old', 'kv']);
});

test('a paste goes into the field; one with lines is refused and changes nothing', () => {
  const state = formOf(fields);
  const pasted = editForm(state, fields, { kind: 'paste', text: 'abc\n' });
  assert.ok(typeof pasted === 'object');
  assert.equal(formValue(pasted, 'name'), 'abc');
  assert.equal(editForm(state, fields, { kind: 'paste', text: 'a\nb' }), 'control-characters');
});

test('a pasted value is taken as it is, with its lines, whatever it looks like', () => {
  const at = press(formOf(fields), 'Tab');
  for (const [text, taken] of [
    ['-----BEGIN\r\nabc\r\n-----END\r\n', '-----BEGIN\nabc\n-----END\n'],
    ['hvs.CAESIJ0123456789abcdefABCDEF', 'hvs.CAESIJ0123456789abcdefABCDEF'],
    ['cafe\u0301', 'cafe\u0301'],
    ['one line\n', 'one line'],
  ] as const) {
    const pasted = editForm(at, fields, { kind: 'paste', text });
    assert.ok(typeof pasted === 'object');
    assert.equal(formValue(pasted, 'value'), taken);
  }
  const escape = { kind: 'paste', text: 'a\u001b[31m' } as const;
  assert.equal(editForm(at, fields, escape), 'control-characters');
});

test('a hint that is longer than its column is broken, not cut', async () => {
  const hint = literal('what is left empty stays as it is');
  const field = { id: 'a', label: literal('password'), kind: 'masked', hint } as const;
  await using terminal = await mount(
    <Form fields={[field]} state={formOf([field])} focused columns={32} rows={4} />,
  );
  assert.match(terminal.text().replaceAll(/\s+/g, ' '), /what is left empty stays as it is/);
});

test('a masked field shows neither its letters nor how many there are', async () => {
  const screens: string[] = [];
  for (const value of ['a', 'a much longer secret']) {
    const state = formOf(fields, new Map([['value', value]]));
    await using terminal = await mount(
      <Form fields={fields} state={state} focused columns={50} rows={8} />,
    );
    screens.push(terminal.text());
    assert.ok(!terminal.raw().includes('secret'));
  }
  assert.equal(screens[0], screens[1]);
  assert.match(screens[0] ?? '', /value {3}••••••••/);
});

test('a form shows the field with the keyboard, its hint, and what is wrong with others', async () => {
  const problems = new Map([['engine', literal('is not mounted')]]);
  const tree = (
    <Form
      fields={fields}
      state={formOf(fields)}
      problems={problems}
      focused
      columns={50}
      rows={8}
    />
  );
  await using terminal = await mount(tree);
  assert.deepEqual(terminal.screen().slice(0, 6), [
    '▸ name',
    '          as it is listed',
    '  value',
    '  engine  ‹ kv ›',
    '          is not mounted',
    '',
  ]);
});

test('a form longer than its place shows the field with the keyboard', async () => {
  const many = Array.from({ length: 20 }, (_, index) => ({
    id: `f${index}`,
    label: literal(`field ${index}`),
    kind: 'text' as const,
  }));
  const state = { ...formOf(many), focusedId: 'f15' };
  await using terminal = await mount(
    <Form fields={many} state={state} focused columns={50} rows={4} />,
  );
  assert.equal(terminal.screen()[3], '▸ field 15');
});

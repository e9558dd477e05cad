import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FieldInput } from '../../../console/secret-entry/field-input.ts';
import { InputDecoder } from '../../../console/secret-entry/input-decoder.ts';
import { pastes } from '../../fuzz/targets/secret-entry.ts';

function makeField(
  skipsBlanks: boolean,
  bytesMax?: number,
): {
  readonly field: FieldInput;
  readonly keys: string[];
  readonly type: (text: string) => void;
  readonly text: () => string;
} {
  const keys: string[] = [];
  const ignore = (): undefined => undefined;
  const listener = { changed: ignore, focus: ignore, key: (key: string) => void keys.push(key) };
  const options = { skipsBlanks, ...(bytesMax !== undefined && { bytesMax }) };
  const field = new FieldInput(options, listener);
  const decoder = new InputDecoder(field);
  return {
    field,
    keys,
    type: (text) => decoder.take(Buffer.from(text)),
    text: () => Buffer.from(field.field.view).toString('latin1'),
  };
}

const paste = (text: string): string => `\u001b[200~${text}\u001b[201~`;

test('Backspace takes one character, Ctrl-U all, and what they took is zeroed', () => {
  const { field, type, text } = makeField(true);
  type('abc\u007f');
  assert.equal(text(), 'ab');
  const before = field.field.view;
  type('\u0015');
  assert.deepEqual([...before], [0, 0]);
  type('\u007f');
  assert.equal(text(), '');
});

test('a paste is taken whole or leaves the field as it was', () => {
  const { field, type, text } = makeField(false, 8);
  type('ab');
  type(paste('cd\u0007'));
  assert.equal(text(), 'ab');
  assert.match(field.notice, /paste refused: it holds control characters/u);
  type(paste('1234567'));
  assert.equal(text(), 'ab');
  assert.match(field.notice, /no more than 8 characters fit/u);
  type(paste('one\ntwo'));
  assert.match(field.notice, /it has several lines/u);
  type(paste('123456\r\n'));
  assert.equal(text(), 'ab123456');
  assert.match(field.notice, /pasted, without its line end: clear your clipboard/u);
  type('x');
  assert.equal(text(), 'ab123456');
  assert.equal(field.notice, 'no more than 8 characters fit');
});

test('blanks and line ends are layout of a share, and part of a pass-phrase', () => {
  const share = makeField(true);
  share.type(paste('ab cd\r\nef'));
  share.type(' g');
  assert.equal(share.text(), 'abcdefg');
  const phrase = makeField(false);
  phrase.type('a b');
  phrase.type(paste(' c '));
  assert.equal(phrase.text(), 'a b c ');
});

test('no paste of any content presses a key but Ctrl-C, or is taken in part', () => {
  fc.assert(pastes, { numRuns: 200 });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputDecoder } from '../../../console/secret-entry/input-decoder.ts';
import { cutInput, Told, told } from '../../fuzz/targets/secret-entry.ts';

test('letters, keys, focus and pastes are told apart', () => {
  assert.deepEqual(told('ab\r\u007f\u0008\u0015\u0003'), [
    'ab',
    '<enter>',
    '<backspace>',
    '<backspace>',
    '<clear>',
    '<interrupt>',
  ]);
  assert.deepEqual(told('a\u001b[Ib\u001b[Oc'), ['a', '<focus>', 'b', '<blur>', 'c']);
  assert.deepEqual(told('\u001b[200~x\ry\u001b[201~\r'), [
    '<paste>',
    'x',
    '<line>',
    'y',
    '</paste>',
    '<enter>',
  ]);
});

test('other sequences and control characters are dropped whole', () => {
  const dropped = [
    '\u001b[A',
    '\u001bOP',
    '\u001b[15~',
    '\u001b[<0;10;20M',
    '\u001b[1;5C',
    '\u001bx',
  ];
  for (const sequence of [...dropped, '\u0001', '\u001a', '\u0000']) {
    assert.deepEqual(told(`a${sequence}b`), ['ab'], JSON.stringify(sequence));
  }
  assert.deepEqual(told('é'), ['foreign', 'foreign']);
});

test('a control character or a sequence in a paste is told, and so is a paste in a paste', () => {
  for (const inside of ['\u0007', '\u001b[A', '\u001bx', '\u001b[200~', '\u001bOP']) {
    const words = told(`\u001b[200~a${inside}b\u001b[201~`);
    assert.equal(words.includes('<control>'), true, JSON.stringify(inside));
    assert.deepEqual([words[0], words.at(-1)], ['<paste>', '</paste>']);
  }
});

test('Ctrl-C in a paste ends it as refused, and interrupts', () => {
  assert.deepEqual(told('\u001b[200~ab\u0003'), [
    '<paste>',
    'ab',
    '<control>',
    '</paste>',
    '<interrupt>',
  ]);
});

test('a lone Esc is a key once nothing follows; of two, the first is', () => {
  const sink = new Told();
  const decoder = new InputDecoder(sink);
  decoder.take(Buffer.from('\u001b'));
  assert.equal(decoder.incomplete, true);
  decoder.timeOut();
  decoder.take(Buffer.from('\u001b\u001b[I'));
  assert.equal(decoder.incomplete, false);
  assert.deepEqual(sink.words, ['<escape>', '<escape>', '<focus>']);
});

test('half a sequence is forgotten, and a paste without end is refused', () => {
  const sink = new Told();
  const decoder = new InputDecoder(sink);
  decoder.take(Buffer.from('\u001b[20'));
  decoder.timeOut();
  decoder.take(Buffer.from('\u001b[200~abc'));
  assert.equal(decoder.pasting, true);
  decoder.endPaste();
  decoder.endPaste();
  assert.deepEqual(sink.words, ['<paste>', 'abc', '<control>', '</paste>']);
  assert.equal(decoder.pasting, false);
});

test('where chunks are cut makes no difference, and each is zeroed', () => {
  fc.assert(cutInput, { numRuns: 500 });
});

test('only a byte that comes by itself is told to be alone', () => {
  const alone: boolean[] = [];
  const sink = Object.assign(new Told(), {
    byte: (_: number, isAlone: boolean) => void alone.push(isAlone),
  });
  const decoder = new InputDecoder(sink);
  for (const chunk of ['s', 'xs', '\u001b[200~', 's', '\u001b[201~', 's']) {
    decoder.take(Buffer.from(chunk));
  }
  assert.deepEqual(alone, [true, false, false, false, true]);
});

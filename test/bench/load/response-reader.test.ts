import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Answer, ResponseReader } from './response-reader.ts';

function readIn(chunks: readonly string[]): readonly Answer[] {
  const answers: Answer[] = [];
  const reader = new ResponseReader((answer) => answers.push(answer));
  for (const chunk of chunks) reader.push(Buffer.from(chunk, 'latin1'));
  return answers;
}

const stream = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a":1}\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\ncontent-length: 0\r\n\r\n',
].join('');
const answers = [
  { status: 200, closes: false },
  { status: 204, closes: false },
  { status: 429, closes: true },
];

test('answers are read wherever the stream is cut', () => {
  assert.deepEqual(readIn([stream]), answers);
  for (let at = 1; at < stream.length; at += 1) {
    assert.deepEqual(readIn([stream.slice(0, at), stream.slice(at)]), answers, `cut at ${at}`);
  }
  assert.deepEqual(readIn([...stream]), answers, 'byte by byte');
});

test('an answer counts when its last byte is there', () => {
  assert.deepEqual(readIn([stream.slice(0, stream.indexOf('{') + 7)]), []);
});

test('what looks like a head within a body is a body', () => {
  const body = 'HTTP/1.1 500 Oops\r\n\r\n';
  const text = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  assert.deepEqual(readIn([text]), [{ status: 200, closes: false }]);
});

test('what has no length, or is no HTTP, is an error', () => {
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  assert.throws(() => readIn([chunked]), /no length/);
  assert.throws(() => readIn(['SSH-2.0-OpenSSH\r\n\r\n']), /does not begin like one/);
  assert.throws(() => readIn(['x'.repeat(70_000)]), /without end/);
});

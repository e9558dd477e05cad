import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { OperationSpec } from '../../../shared/api/route.ts';
import type { CoreOutcome } from '../../../src/core/core-call.ts';
import { answerOf, refuseEmptyList } from '../../../src/core/envelope.ts';

function answer(
  outcome: CoreOutcome,
  shape?: OperationSpec['shape'],
  warnings: readonly string[] = [],
): ReturnType<typeof answerOf> {
  return answerOf({ requestId: 'id', outcome, warnings, shape });
}

test('an envelope has exactly the keys of Vault, with null where there is nothing', () => {
  assert.deepEqual(answer({ data: { a: 1 } }), {
    status: 200,
    body: {
      request_id: 'id',
      lease_id: '',
      renewable: false,
      lease_duration: 0,
      data: { a: 1 },
      wrap_info: null,
      warnings: null,
      auth: null,
    },
  });
});

test('nothing to say is 204 without a body; a warning makes it 200 with an envelope', () => {
  assert.deepEqual(answer({}), { status: 204, body: undefined });
  const warned = answer({}, undefined, ['careful']);
  assert.equal(warned.status, 200);
  assert.deepEqual(warned.body?.['warnings'], ['careful']);
  assert.equal(warned.body?.['data'], null);
});

test('a bare answer is its data alone, an injected one has it twice', () => {
  assert.deepEqual(answer({ data: { sealed: true } }, 'bare').body, { sealed: true });
  const injected = answer({ data: { keys: ['a'] } }, 'injected').body;
  assert.deepEqual(injected?.['keys'], ['a']);
  assert.deepEqual(injected?.['data'], { keys: ['a'] });
});

test('data that has the name of a key of the envelope does not replace it', () => {
  const body = answer({ data: { auth: 'mine', data: 'mine' } }, 'injected').body;
  assert.equal(body?.['auth'], null);
  assert.deepEqual(body?.['data'], { auth: 'mine', data: 'mine' });
});

test('a 404 may carry data, and the lease of a version 1 secret is told', () => {
  const gone = answer({ status: 404, data: { metadata: {} } });
  assert.equal(gone.status, 404);
  assert.deepEqual(gone.body?.['data'], { metadata: {} });
  assert.equal(answer({ data: {}, leaseSeconds: 60 }).body?.['lease_duration'], 60);
});

test('an answer that is not JSON is passed on as it is', () => {
  const raw = { contentType: 'text/plain', bytes: new Uint8Array([1]) };
  assert.deepEqual(answer({ raw }), { status: 200, body: undefined, raw });
});

test('a list of nothing is not found', () => {
  assert.throws(() => refuseEmptyList({ data: { keys: [] } }), { code: 'request.not-found' });
  refuseEmptyList({ data: { keys: ['a'] } });
  refuseEmptyList({ data: {} });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorBody, hasErrorCode } from '../../../shared/api/error-body.ts';
import { failure } from '../../../shared/errors/failure.ts';

test('a refusal says its message and its stable code', () => {
  const body = errorBody(failure('request.sealed'));
  assert.deepEqual(body, { errors: ['Vault is sealed'], error_codes: ['request.sealed'] });
  assert.equal(hasErrorCode(body, 'request.sealed'), true);
  assert.equal(hasErrorCode(body, 'request.internal'), false);
});

test('a missing secret is exactly the empty list of Vault', () => {
  const body = errorBody(failure('request.not-found'));
  assert.equal(JSON.stringify(body), '{"errors":[]}');
  assert.equal(hasErrorCode(body, 'request.not-found'), false);
});

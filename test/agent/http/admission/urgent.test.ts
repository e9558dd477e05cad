/** What is always taken on (seal, unseal, step-down), and how often it can be asked in vain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from '../../../../agent/http/admission/admission.ts';
import { alwaysBodyBytesMax, refusalsAheadMax } from '../../../../agent/http/admission/limits.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { requestText, startListener } from '../listener-harness.ts';

const options = { timeout: 20_000 };
const small = 'Content-Length: 2\r\n';

test(
  'who seals or unseals in vain, on and on, is read on as slowly as others',
  options,
  async (t) => {
    const admission = new Admission();
    const { connect } = await startListener(t, {
      admission,
      handle: ({ token }) => ({ status: token === 'good' ? 204 : 403, body: undefined }),
    });
    const client = await connect();
    const ask = async (path: string, token: string): Promise<number> => {
      client.write(requestText(`PUT /v1/sys/${path}`, `${small}X-Vault-Token: ${token}\r\n`, '{}'));
      return (await client.answer()).status;
    };
    assert.equal(await ask('seal', 'bad'), 403);
    assert.equal(admission.pace.resting, 0, 'who is wrong once does not wait');
    for (let count = 0; count < refusalsAheadMax; count += 1) {
      admission.pace.mayReadOn(() => undefined);
    }
    for (const path of ['unseal', 'seal', 'step-down']) {
      assert.equal(await ask(path, 'bad'), 403);
      await waitFor('a connection that rests', () => admission.pace.resting > 0);
      assert.equal(await ask(path, 'good'), 204, 'its turn comes');
      assert.equal(admission.pace.resting, 0, 'who is right does not wait');
    }
    client.close();
  },
);

test('what nothing holds back has a small body: told, or sent in chunks', options, async (t) => {
  const { send, requests } = await startListener(t, {});
  const asked = async (path: string, bytes: number): Promise<number> =>
    (
      await send(
        requestText(`PUT /v1/sys/${path}`, `Content-Length: ${bytes}\r\n`, 'x'.repeat(bytes)),
      )
    ).status;
  assert.equal(await asked('unseal', alwaysBodyBytesMax), 200);
  assert.equal(await asked('unseal', alwaysBodyBytesMax + 1), 413);
  const chunk = `${(alwaysBodyBytesMax + 1).toString(16)}\r\n${'x'.repeat(alwaysBodyBytesMax + 1)}\r\n`;
  const chunked = requestText(
    'PUT /v1/sys/seal',
    'Transfer-Encoding: chunked\r\n',
    `${chunk}0\r\n\r\n`,
  );
  assert.equal((await send(chunked)).status, 413);
  assert.equal(requests.length, 1);
  assert.equal(await asked('policies/acl/large', alwaysBodyBytesMax + 1), 200, 'others may');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refused, startAgent, transports } from './control-harness.ts';

for (const transport of transports) {
  test(`a console authenticates, asks and follows: ${transport}`, async (t) => {
    const agent = await startAgent(t);
    const { rootToken } = await agent.unsealed();
    const console = await agent.dial({ transport });
    const anonymous = await console.call('ceremony.status', {});
    assert.equal(anonymous.state, 'done');
    const identity = await console.call('authenticate', { token: rootToken });
    assert.deepEqual(identity.policies, ['root']);
    assert.equal(identity.expiresAtMs, undefined);

    const written = await console.call('request', {
      operation: 'write',
      path: 'sys/policies/acl/reader',
      body: { policy: 'path "a" { capabilities = ["read"] }' },
    });
    assert.equal(written.status, 204);
    assert.equal(written.body, null);
    const read = await console.call('request', {
      operation: 'read',
      path: 'sys/policies/acl/reader',
    });
    assert.equal(read.status, 200);
    const listed = await console.call('request', { operation: 'list', path: 'sys/policies/acl' });
    assert.deepEqual(listed.body?.['data'], { keys: ['default', 'reader', 'root'] });

    const { snapshot } = await console.call('subscribe', { topic: 'cluster' });
    assert.ok(snapshot.kind === 'cluster');
    assert.equal(snapshot.self, 'node-1');
    assert.equal(snapshot.nodes[0]?.sealed, false);
    assert.equal(snapshot.nodes[0]?.audit.working, 1);
    const update = await console.update('cluster');
    assert.equal(update.sequence, 1);
  });
}

test('what the core refuses is an answer of the request, with its status', async (t) => {
  const agent = await startAgent(t);
  await agent.unsealed();
  const console = await agent.dial();
  const answer = await console.call('request', { operation: 'read', path: 'sys/mounts' });
  assert.equal(answer.status, 403);
  assert.deepEqual(answer.body?.['error_codes'], ['request.permission-denied']);
  await assert.rejects(console.call('authenticate', { token: 'hvs.nobody' }), (error) => {
    assert.ok(error instanceof Refused);
    assert.equal(error.code, 'request.permission-denied');
    assert.equal(error.status, 403);
    return true;
  });
});

/**
 * Nobody has a root token any more, and the one that is kept on this machine is dead: the shares
 * make a new one all the same, on the host itself.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Ran, runCli, TemporaryFolder } from '../console/run-cli.ts';
import { AgentProcess } from '../support/agent-process.ts';

test('generate-root goes on without a kept token that the server refuses', async () => {
  await using agent = await AgentProcess.start();
  const { shares, rootToken } = await agent.initialiseAndUnseal();
  using home = new TemporaryFolder();
  writeFileSync(join(home.path, '.strongbox-token'), rootToken, { mode: 0o600 });
  const env = { STRONGBOX_ADDR: `unix://${agent.socket}` };
  const run = (words: string, stdin = ''): Promise<Ran> =>
    runCli(['operator', 'generate-root', ...words.split(' ')], { home: home.path, env, stdin });

  const revoked = await runCli(['token', 'revoke', '--self'], { home: home.path, env });
  assert.equal(revoked.code, 0, revoked.stderr);

  const begun = await run('--init');
  assert.equal(begun.code, 0, begun.stderr);
  assert.match(begun.stderr, /without/u, 'it says that the kept token is of no use');
  const cancelled = await run('--cancel');
  assert.equal(cancelled.code, 0, cancelled.stderr);
  assert.match((await run('--status')).stdout, /^started +false$/mu);
  assert.equal((await run('--cancel')).code, 0, 'to cancel nothing is no error');

  const made = await run('--field root_token', `${shares[0]}\n${shares[2]}\n`);
  assert.equal(made.code, 0, made.stderr);
  const looked = await agent.call('GET', '/v1/auth/token/lookup-self', { token: made.stdout });
  assert.deepEqual((looked.json as { data: { policies: string[] } }).data.policies, ['root']);
});

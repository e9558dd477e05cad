/** F-40: every route, on a real agent, with tokens that are none and with very long texts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canary,
  callRoute,
  checkAnswer,
  checkLogs,
  endingPaths,
  startRouteAgent,
} from '../support/route-calls.ts';
import { fieldCases, hasBody, routeCases } from '../support/route-cases.ts';

/** Almost as long as a body may be. */
const longTextBytes = 1_048_000;

test('F-40: no route serves a token that is none, was revoked, ran out or is far too long', async () => {
  const { agent, token } = await startRouteAgent();
  await using _ = agent;
  const create = async (body: object): Promise<string> => {
    const made = await agent.call('POST', '/v1/auth/token/create', { token, body });
    return (made.json as { auth: { client_token: string } }).auth.client_token;
  };
  const revoked = await create({ ttl: '1h' });
  await agent.call('POST', '/v1/auth/token/revoke', { token, body: { token: revoked } });
  const short = await create({ ttl: '1s' });
  const used = await create({ num_uses: 1 });
  await agent.call('GET', '/v1/auth/token/lookup-self', { token: used });
  let life = 200;
  while (life === 200) {
    life = (await agent.call('GET', '/v1/auth/token/lookup-self', { token: short })).status;
  }
  assert.equal(life, 403);
  const tokens: readonly (readonly [what: string, headers: Record<string, string>])[] = [
    ['no token', {}],
    ['junk', { 'x-vault-token': canary }],
    ['a token cut short', { 'x-vault-token': token.slice(0, -1) }],
    ['a token and more', { 'x-vault-token': `${token}a` }],
    ['a revoked token', { 'x-vault-token': revoked }],
    ['an expired token', { 'x-vault-token': short }],
    ['a used-up token', { 'x-vault-token': used }],
    ['a batch token that is none', { 'x-vault-token': 'hvb.AAAAAQ' }],
    ['another namespace', { 'x-vault-token': token, 'x-vault-namespace': 'other/' }],
    ['64 KiB of header', { 'x-vault-token': canary.repeat(2_200) }],
  ];
  for (const each of routeCases.filter(({ path }) => path !== 'sys/init')) {
    const trials = tokens.map(async ([what, headers]) => {
      const answer = await callRoute(agent, each, {}, headers);
      checkAnswer(answer, `${each.method} ${each.path} with ${what}`);
      if (what.startsWith('64')) assert.equal(answer.status, 431);
      else if (each.spec.anonymous !== true) {
        assert.ok(answer.status >= 400, `${each.method} ${each.path} serves ${what}`);
      }
    });
    await Promise.all(trials);
  }
  const root = await agent.call('GET', '/v1/auth/token/lookup-self', { token });
  assert.equal(root.status, 200, 'and nothing of it had an effect');
  await checkLogs(agent);
});

test('F-40: a megabyte in a text field is served or refused, and never quoted', async () => {
  const { agent, token } = await startRouteAgent();
  await using _ = agent;
  const value = `${canary}${'a'.repeat(longTextBytes - canary.length)}`;
  for (const each of fieldCases.filter(({ method }) => hasBody(method))) {
    if (endingPaths.has(each.path) || each.fieldSpec.type !== 'string') continue;
    const answer = await callRoute(
      agent,
      each,
      { [each.field]: value },
      { 'x-vault-token': token },
    );
    checkAnswer(answer, `${each.method} ${each.path} ${each.field}`);
  }
  await checkLogs(agent);
});

/** Consoles without a terminal on a real agent: the session, its channel thread, its store. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConsoleSession } from '../../console/tui/app/session.ts';
import type { Model } from '../../console/tui/model/model.ts';
import { linkHealth } from '../../console/tui/model/link.ts';
import { resourceOf } from '../../console/tui/model/resources.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { waitFor } from '../support/wait-for.ts';

interface OpenConsole extends AsyncDisposable {
  readonly session: ConsoleSession;
  model(): Model;
  keys(...keys: readonly string[]): void;
}

function openOn(
  agent: AgentProcess,
  holder: string,
  token?: string,
  view = 'cluster',
): OpenConsole {
  const endpoint = { kind: 'socket', path: agent.socket, source: 'test' } as const;
  const place = { endpoint, tls: {} };
  const session = new ConsoleSession({
    place,
    placeOf: () => place,
    settings: { address: agent.socket, holder, start: { view, argument: undefined } },
    readOnly: false,
    token,
    environment: {},
    home: agent.folder,
  });
  return {
    session,
    model: () => session.store.snapshot().model,
    keys: (...keys) => {
      for (const key of keys) session.store.press({ kind: 'key', key });
    },
    [Symbol.asyncDispose]: () => session.stop(),
  };
}

function known(console: OpenConsole): boolean {
  return console.model().identity.kind === 'known';
}

test('a view reads what it shows once somebody is known, and a revoked token takes it away', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken } = await agent.initialiseAndUnseal();
  const made = await agent.call('POST', '/v1/auth/token/create', {
    token: rootToken,
    body: { policies: ['root'], no_parent: true },
  });
  const { client_token: token } = (made.json as { auth: { client_token: string } }).auth;
  await using console = openOn(agent, 'alice', token, 'policies');
  const list = { operation: 'list', path: 'sys/policies/acl' } as const;
  await waitFor('the list of policies', () => resourceOf(console.model().resources, list).data);
  assert.deepEqual(console.model().notices.problems, []);

  await agent.call('POST', '/v1/auth/token/revoke', { token: rootToken, body: { token } });
  await waitFor('the end of the login', () => console.model().notices.problems.length > 0);
  await waitFor('the anonymous link', () => console.model().link.state.kind === 'live');
  assert.equal(known(console), false);
  assert.equal(resourceOf(console.model().resources, list).data, undefined);
  assert.match(console.model().notices.problems[0]?.problem.message ?? '', /revoked/);
});

test('an agent that dies is said to be gone, and found again with the same token', async () => {
  await using agent = await AgentProcess.start();
  const { shares, rootToken } = await agent.initialiseAndUnseal();
  await using console = openOn(agent, 'alice', rootToken);
  await waitFor('the login', () => known(console));
  await agent.stop('SIGKILL');
  await waitFor('the loss', () => {
    const { link } = console.model();
    return linkHealth(link, Date.now()).kind === 'disconnected';
  });
  await agent.restart();
  await waitFor('the sealed agent', () => console.model().identity.kind === 'waiting');
  await waitFor('its ceremony', () => {
    const { ceremony } = console.model();
    return ceremony.state === 'ready' && ceremony.snapshot.state === 'waiting';
  });
  await agent.unseal(shares.slice(0, 2));
  await waitFor('the login', () => known(console));
});

test('two consoles show one ceremony: who is there, what came in, who aborted it and why', async () => {
  await using agent = await AgentProcess.start();
  const made = await agent.call('PUT', '/v1/sys/init', {
    body: { secret_shares: 3, secret_threshold: 2 },
  });
  const { keys_base64: shares } = made.json as { keys_base64: string[] };
  await using alice = openOn(agent, 'alice');
  await using bob = openOn(agent, 'bob');
  const both = [alice, bob];
  const ceremonyOf = (console: OpenConsole) => {
    const { ceremony } = console.model();
    return ceremony.state === 'ready' ? ceremony.snapshot : undefined;
  };
  for (const console of both) {
    await waitFor('both names', () => {
      const names = ceremonyOf(console)?.participants.map(({ name }) => name) ?? [];
      return names.includes('alice') && names.includes('bob');
    });
  }
  await agent.unseal(shares.slice(0, 1));
  for (const console of both) {
    await waitFor('the share', () => ceremonyOf(console)?.entered.length === 1);
  }
  bob.keys('u', 'C-x');
  // The dialog hears nothing in its first moment; a key that comes later answers it.
  await waitFor('the new attempt', () => {
    bob.keys('y');
    return ceremonyOf(bob)?.entered.length === 0;
  });
  await waitFor('the same on the other', () => ceremonyOf(alice)?.entered.length === 0);
  const reset = ceremonyOf(alice)?.events.find(({ what }) => what === 'reset');
  assert.equal(reset?.by, 'bob');
  assert.equal(ceremonyOf(alice)?.nonce, ceremonyOf(bob)?.nonce);
});

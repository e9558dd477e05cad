/**
 * What an agent is asked in the runs that are killed: a little of everything that changes
 * something, one request after the other, so that at most one of them is not answered.
 */
import assert from 'node:assert/strict';
import type { AgentProcess, HttpAnswer } from '../../support/agent-process.ts';

export interface Worker {
  readonly agent: AgentProcess;
  /** The root token. */
  readonly token: string;
  /** Tokens that steps have made, by name. */
  readonly tokens: Map<string, string>;
}

export interface Step {
  readonly name: string;
  readonly run: (worker: Worker) => Promise<void>;
}

const rule = (path: string): string =>
  `path "${path}" { capabilities = ["read", "update", "list"] }`;

export const steps: readonly Step[] = [
  post('sys/mounts/secret', { type: 'kv', options: { version: '2' } }),
  post('sys/mounts/old', { type: 'kv', options: { version: '1' } }),
  post('secret/data/app', { data: { value: 'first' } }),
  post('secret/data/app', { data: { value: 'second', more: 'x'.repeat(3_000) } }),
  post('secret/data/app/below', { data: { value: 'below' } }),
  patch('secret/data/app', { data: { value: 'third' } }),
  post('secret/metadata/app', { custom_metadata: { owner: 'night' }, max_versions: 3 }),
  remove('secret/data/app'),
  post('secret/undelete/app', { versions: [3] }),
  post('secret/destroy/app', { versions: [1] }),
  post('old/plain', { value: 'one' }),
  post('old/plain', { value: 'two' }),
  post('cubbyhole/mine', { value: 'mine' }),
  post('sys/policies/acl/reader', { policy: rule('auth/token/create') }),
  post('sys/policies/acl/other', { policy: rule('old/*') }),
  remove('sys/policies/acl/other'),
  post('auth/token/roles/day', { allowed_policies: ['reader'] }),
  token('parent', { policies: ['reader', 'default'], ttl: '1h' }),
  token('counted', { policies: ['default'], num_uses: 3, ttl: '1h' }),
  {
    name: 'a use of the counted token',
    run: async ({ agent, tokens }) => {
      const counted = { token: tokens.get('counted') ?? '' };
      answered(await agent.call('GET', '/v1/auth/token/lookup-self', counted));
    },
  },
  {
    name: 'a child of the parent',
    run: async (worker) => {
      const body = { display_name: 'child', policies: ['reader'], ttl: '30m' };
      await makeToken(worker, 'child', body, worker.tokens.get('parent') ?? '');
    },
  },
  {
    name: 'the parent is renewed',
    run: async ({ agent, token: root, tokens }) => {
      const body = { token: tokens.get('parent'), increment: '2h' };
      answered(await agent.call('POST', '/v1/auth/token/renew', { token: root, body }));
    },
  },
  post('sys/rotate', {}),
  ...Array.from({ length: 12 }, (_, index) =>
    post(`secret/data/many/${index}`, { data: { value: String(index).repeat(40_000) } }),
  ),
  {
    name: 'the parent and its child are revoked',
    run: async ({ agent, token: root, tokens }) => {
      const body = { token: tokens.get('parent') };
      answered(await agent.call('POST', '/v1/auth/token/revoke', { token: root, body }));
    },
  },
  remove('old/plain'),
  remove('sys/mounts/old'),
  remove('secret/metadata/many/1'),
  post('sys/mounts/secret/tune', { max_lease_ttl: '24h' }),
  post('secret/data/last', { data: { value: 'last' } }),
];

function post(path: string, body: unknown): Step {
  return call('POST', path, body);
}

function patch(path: string, body: unknown): Step {
  return call('PATCH', path, body);
}

function remove(path: string): Step {
  return call('DELETE', path);
}

function call(method: string, path: string, body?: unknown): Step {
  return {
    name: `${method} ${path}`,
    run: async ({ agent, token: root }) => {
      const headers = { 'content-type': 'application/merge-patch+json' };
      answered(await agent.call(method, `/v1/${path}`, { token: root, body, headers }));
    },
  };
}

function token(name: string, body: object): Step {
  return {
    name: `the token ${name}`,
    run: (worker) => makeToken(worker, name, { display_name: name, ...body }, worker.token),
  };
}

async function makeToken(worker: Worker, name: string, body: object, by: string): Promise<void> {
  const answer = await worker.agent.call('POST', '/v1/auth/token/create', { token: by, body });
  answered(answer);
  worker.tokens.set(name, (answer.json as { auth: { client_token: string } }).auth.client_token);
}

function answered(answer: HttpAnswer): void {
  assert.ok(answer.status === 200 || answer.status === 204, `${answer.status}: ${answer.text}`);
}

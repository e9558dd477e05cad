/**
 * Calls of the routes of route-cases.ts on a real agent, and what holds of every answer (F-40): one
 * of the dialect's statuses, short when it is a refusal, without an echo of the input; and nothing
 * of the input in a log.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AgentProcess, type HttpAnswer } from './agent-process.ts';
import { hasBody, type RouteCase, verbOf } from './route-cases.ts';

const allowedStatuses = new Set([
  200, 202, 204, 400, 403, 404, 405, 412, 413, 415, 429, 431, 501, 503,
]);
const refusalBytesMax = 8_192;
/** Stands in whatever is sent, and must not come back. */
export const canary = `canary${randomBytes(12).toString('hex')}`;
/** These end what the other cases need. */
export const endingPaths = new Set(['sys/seal', 'auth/token/revoke-self']);

/** An unsealed agent with KV at `secret/` (version 2) and `old/` (version 1); its root token. */
export async function startRouteAgent(): Promise<{ agent: AgentProcess; token: string }> {
  const agent = await AgentProcess.start({ sync: 'write' });
  const { rootToken: token } = await agent.initialiseAndUnseal();
  for (const [path, version] of [
    ['secret', '2'],
    ['old', '1'],
  ] as const) {
    const body = { type: 'kv', options: { version } };
    await agent.call('POST', `/v1/sys/mounts/${path}`, { token, body });
  }
  return { agent, token };
}

/** The fields go into the body or the query, as the operation has it. */
export function callRoute(
  agent: AgentProcess,
  { method, path }: RouteCase,
  fields: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  const type = method === 'patch' ? { 'content-type': 'application/merge-patch+json' } : {};
  if (hasBody(method)) {
    return agent.call(verbOf(method), `/v1/${path}`, {
      body: fields,
      headers: { ...type, ...headers },
    });
  }
  const pairs = Object.entries(fields).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const query = new URLSearchParams(pairs).toString();
  return agent.call(verbOf(method), `/v1/${path}?${query}`, { headers });
}

export function checkAnswer({ status, text }: HttpAnswer, what: string): void {
  assert.ok(allowedStatuses.has(status), `${what}: ${status} ${text.slice(0, 200)}`);
  if (status < 400) return;
  assert.ok(Buffer.byteLength(text) <= refusalBytesMax, `${what}: ${text.length} characters`);
  assert.equal(text.includes(canary), false, `${what} is echoed: ${text.slice(0, 500)}`);
}

export async function checkLogs(agent: AgentProcess): Promise<void> {
  assert.equal((await readFile(agent.auditFile, 'utf8')).includes(canary), false, 'audit log');
  assert.equal(agent.log.includes(canary), false, 'log of the agent');
  assert.doesNotMatch(agent.log, /"level":"(?:error|fatal)"/u);
}

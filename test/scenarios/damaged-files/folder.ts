/** A folder with everything that an agent reads at its start, and starts of agents on copies. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeAuthority, makeServerCertificate } from '../../../agent/tls/certificate-maker.ts';
import { pemOfKey } from '../../../agent/tls/pem.ts';
import { callAgent, type HttpAnswer, repositoryFolder } from '../../support/agent-process.ts';
import { freePort } from '../../support/free-port.ts';

const startTimeoutMs = 30_000;
const secretCount = 40;

export interface Original {
  readonly folder: string;
  readonly shares: readonly string[];
  readonly rootToken: string;
}

/** How a start went. */
export interface Start {
  /** Undefined while it runs: it serves. */
  readonly exitCode: number | undefined;
  readonly stderr: string;
  call(method: string, path: string, token?: string, body?: unknown): Promise<HttpAnswer>;
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** The folder as an agent leaves it when it is killed, or after an orderly stop. */
export async function makeOriginal(folder: string, end: 'SIGTERM' | 'SIGKILL'): Promise<Original> {
  await mkdir(folder);
  await makeOwnCertificate(folder);
  await configure(folder);
  const agent = await startOn(folder);
  assert.equal(agent.exitCode, undefined, agent.stderr);
  const init = await agent.call('PUT', 'sys/init', '', { secret_shares: 1, secret_threshold: 1 });
  const { keys_base64, root_token } = init.json as { keys_base64: string[]; root_token: string };
  const original = { folder, shares: keys_base64, rootToken: root_token };
  await unseal(agent, original);
  const mount = { type: 'kv', options: { version: '1' } };
  await agent.call('POST', 'sys/mounts/secret', root_token, mount);
  for (let index = 0; index < secretCount; index += 1) {
    const written = await agent.call('POST', `secret/${index}`, root_token, { value: `v${index}` });
    assert.equal(written.status, 204, written.text);
  }
  await agent.stop(end);
  return original;
}

export async function copyOf({ folder }: Original, to: string): Promise<void> {
  await cp(folder, to, { recursive: true, filter: (path) => !path.endsWith('.sock') });
  await configure(to);
}

async function configure(folder: string): Promise<void> {
  const yaml = [
    'node: { id: node-1, data: ./data }',
    'listen:',
    `  - { address: "127.0.0.1:${await freePort()}", tls: auto }`,
    `  - { address: "127.0.0.1:${await freePort()}", tls: { cert: ./own.pem, key: ./own.key } }`,
    '  - { socket: ./run/strongbox.sock, mode: "0600" }',
    'audit:',
    '  - { type: file, path: ./audit/audit.log, sync: always }',
  ];
  await writeFile(join(folder, 'agent.yaml'), `${yaml.join('\n')}\n`, { mode: 0o600 });
}

async function makeOwnCertificate(folder: string): Promise<void> {
  const now = Date.now();
  const made = await makeServerCertificate(await makeAuthority(now), ['localhost'], now);
  await writeFile(join(folder, 'own.pem'), made.certificate);
  await writeFile(join(folder, 'own.key'), pemOfKey(made.key), { mode: 0o600 });
}

/** Starts an agent; resolves when it answers or has ended. */
export async function startOn(folder: string): Promise<Start> {
  const launcher = join(repositoryFolder, '.bin', 'strongbox-agent.mjs');
  const child = spawn(process.execPath, [launcher, '--config', join(folder, 'agent.yaml')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const target = { socketPath: join(folder, 'run', 'strongbox.sock') };
  const call: Start['call'] = (method, path, token, body) =>
    callAgent(target, method, `/v1/${path}`, { ...(token ? { token } : {}), body });
  const start = {
    get exitCode() {
      return child.exitCode ?? undefined;
    },
    get stderr() {
      return stderr;
    },
    call,
    stop: (signal: 'SIGTERM' | 'SIGKILL') => {
      child.kill(signal);
      return ended;
    },
  };
  const deadline = performance.now() + startTimeoutMs;
  while (child.exitCode === null && child.signalCode === null) {
    if (await call('GET', 'sys/health').catch(() => undefined)) return start;
    assert.ok(performance.now() < deadline, `the agent neither serves nor ends: ${stderr}`);
    await new Promise((done) => setTimeout(done, 20));
  }
  await ended;
  return start;
}

async function unseal(agent: Start, { shares }: Original): Promise<void> {
  for (const key of shares) {
    const answer = await agent.call('PUT', 'sys/unseal', '', { key });
    assert.equal(answer.status, 200, answer.text);
  }
}

/** Unseals and reads every secret. */
export async function checkServes(agent: Start, original: Original): Promise<void> {
  await unseal(agent, original);
  for (let index = 0; index < secretCount; index += 1) {
    const answer = await agent.call('GET', `secret/${index}`, original.rootToken);
    assert.equal(answer.status, 200, `secret ${index}: ${answer.text}`);
    assert.ok(answer.text.includes(`"v${index}"`));
  }
}

/** The alarms that stand. The agent is unsealed. */
export async function alarmsOf(agent: Start, { rootToken }: Original): Promise<string[]> {
  const { text } = await agent.call('GET', 'sys/metrics?format=prometheus', rootToken);
  return [...text.matchAll(/strongbox_alarm\{alarm="([^"]+)"\} 1/g)].map(([, id = '']) => id);
}

/** `strongbox audit tail` on a real agent: the program as an operator runs it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { mainFile } from '../console/run-cli.ts';

class Tail {
  readonly #child: ChildProcess;
  readonly #closed: Promise<[number | null]>;
  shown = '';
  said = '';
  #wake: () => void = () => undefined;

  constructor(agent: AgentProcess, token: string, words: readonly string[] = []) {
    this.#child = spawn(process.execPath, [mainFile, 'audit', 'tail', ...words], {
      cwd: tmpdir(),
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: '/nonexistent',
        STRONGBOX_ADDR: `unix://${agent.socket}`,
        STRONGBOX_TOKEN: token,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close') as Promise<[number | null]>;
    this.#child.stdout?.on('data', (bytes: Buffer) =>
      this.#take(() => (this.shown += bytes.toString())),
    );
    this.#child.stderr?.on('data', (bytes: Buffer) =>
      this.#take(() => (this.said += bytes.toString())),
    );
  }

  async until(done: (tail: this) => boolean): Promise<void> {
    while (!done(this)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.#child.kill(signal);
    return (await this.#closed)[0];
  }

  #take(add: () => void): void {
    add();
    this.#wake();
  }
}

test('audit tail without a file shows what the agent records, from before and live', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken: token } = await agent.initialiseAndUnseal();
  await agent.call('GET', '/v1/sys/key-status', { token });
  const tail = new Tail(agent, token, ['--lines=50', '--format=json']);
  await tail.until(({ shown }) => shown.includes('sys/key-status'));
  await agent.call('GET', '/v1/sys/mounts', { token });
  await tail.until(({ shown }) => shown.includes('"sys/mounts"'));
  assert.equal(await tail.end('SIGINT'), 0);
  const indexes = [...tail.shown.matchAll(/^\{"index":(\d+),/gmu)].map(([, index]) =>
    Number(index),
  );
  const [first = 0] = indexes;
  assert.deepEqual(
    indexes,
    indexes.map((_, at) => first + at),
    'every record, once and in order',
  );
});

test('a token that may only follow is told so, and one that may not is refused', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken } = await agent.initialiseAndUnseal();
  const policy = 'path "sys/control/audit" { capabilities = ["read"] }';
  await agent.call('PUT', '/v1/sys/policies/acl/tail', { token: rootToken, body: { policy } });
  const tokenWith = async (policies: readonly string[]): Promise<string> => {
    const made = await agent.call('POST', '/v1/auth/token/create', {
      token: rootToken,
      body: { policies },
    });
    return (made.json as { auth: { client_token: string } }).auth.client_token;
  };
  const tail = new Tail(agent, await tokenWith(['tail']), ['--format=json']);
  await tail.until(({ said }) => said.includes('need "sudo" on sys/control/audit'));
  await agent.call('GET', '/v1/sys/mounts', { token: rootToken });
  await tail.until(({ shown }) => shown.includes('"sys/mounts"'));
  assert.equal(await tail.end('SIGTERM'), 0);

  const refused = new Tail(agent, await tokenWith(['default']));
  assert.equal(await refused.end(), 2);
  assert.match(refused.said, /client\.denied/u);
});

test('an agent that stops ends the tail with a sentence', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken } = await agent.initialiseAndUnseal();
  const tail = new Tail(agent, rootToken, ['--format=json']);
  await tail.until(({ shown }) => shown !== '');
  await agent.stop();
  assert.equal(await tail.end(), 2);
  assert.match(tail.said, /the agent is stopping/u);
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { root } from './support/project.ts';

/** Node can replace this process by another, or stays as a thin parent where it cannot. */
const ways = ['becomes the program', 'stays as its parent'] as const;
type Way = (typeof ways)[number];

/**
 * A program that says when it is up, tells the signals it gets, and ends with code 7 on SIGTERM.
 */
const program = `
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGUSR2']) process.on(signal, () => console.log(signal));
  process.on('SIGTERM', () => { console.log('SIGTERM'); process.exit(7); });
  setInterval(() => {}, 1_000);
  console.log('up', process.pid, JSON.stringify(process.env.NODE_OPTIONS ?? null));
`;

class Launched implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(way: Way, code: string) {
    const forget = way === 'stays as its parent' ? 'process.execve = undefined;' : '';
    const launcher = `
      import { launch } from ${JSON.stringify(join(root, '.bin', 'support', 'launch.mjs'))};
      ${forget}
      const defaults = { STRONGBOX_TEST_A: 'ours', STRONGBOX_TEST_B: 'ours' };
      await launch({ path: process.execPath }, ['--eval', ${JSON.stringify(code)}], defaults);
    `;
    this.child = spawn(process.execPath, ['--input-type=module', '--eval', launcher], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '--no-deprecation', STRONGBOX_TEST_B: 'theirs' },
    });
    const output = createInterface({ input: this.child.stdout as Readable });
    this.#lines = output[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    assert.ok(done !== true, 'the program has ended');
    return value;
  }

  /** The program's own process id, once it is up. */
  async up(): Promise<number> {
    const [word, pid, options] = (await this.line()).split(' ');
    assert.equal(word, 'up');
    assert.equal(options, 'null', 'NODE_OPTIONS does not reach the program');
    return Number(pid);
  }

  async end(): Promise<readonly [code: number | null, signal: NodeJS.Signals | null]> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await once(this.child, 'exit');
    }
    return [this.child.exitCode, this.child.signalCode];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGTERM');
    await this.end();
  }
}

for (const way of ways) {
  test(`a launcher that ${way} passes signals on and ends as the program does`, async () => {
    await using launched = new Launched(way, program);
    const pid = await launched.up();
    assert.equal(pid === launched.child.pid, way === 'becomes the program');
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGUSR2'] as const) {
      launched.child.kill(signal);
      assert.equal(await launched.line(), signal);
    }
    launched.child.kill('SIGTERM');
    assert.equal(await launched.line(), 'SIGTERM');
    assert.deepEqual(await launched.end(), [7, null]);
  });
}

for (const way of ways) {
  test(`a launcher that ${way} gives it variables that the environment does not have`, async () => {
    const words = ['A', 'B'].map((letter) => `process.env.STRONGBOX_TEST_${letter}`);
    await using launched = new Launched(way, `console.log(${words.join()})`);
    assert.equal(await launched.line(), 'ours theirs');
  });
}

test('the unit sets the variables that the launcher gives an agent', async () => {
  const module = join(root, '.bin', 'support', 'product.mjs');
  const { agentEnvironment } = (await import(module)) as {
    agentEnvironment: Readonly<Record<string, string>>;
  };
  const unit = await readFile(join(root, 'agent', 'deploy', 'strongbox-agent.service'), 'utf8');
  const words = Object.entries(agentEnvironment).map(([name, value]) => `${name}=${value}`);
  assert.equal(/^Environment=(?<words>.*)$/mu.exec(unit)?.groups?.['words'], words.join(' '));
});

test('a program killed by a signal ends its parent with 128 and the number', async () => {
  await using launched = new Launched('stays as its parent', program);
  process.kill(await launched.up(), 'SIGKILL');
  assert.deepEqual(await launched.end(), [128 + 9, null]);
});

test('a parent that is killed takes the program down with it', {
  skip: existsSync('/usr/bin/setpriv') ? false : 'needs setpriv of util-linux',
}, async () => {
  await using launched = new Launched('stays as its parent', program);
  await launched.up();
  launched.child.kill('SIGKILL');
  assert.equal(await launched.line(), 'SIGTERM', 'the program is told to end in order');
});

/**
 * `npm start` in a terminal: the real agent with the real console on it, from an empty folder to
 * a terminal that is as it was.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { repositoryFolder } from '../support/agent-process.ts';
import { freePort } from '../support/free-port.ts';
import { PtyConsole } from '../support/pty-console.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const startMsMax = 60_000;
const runner = join(repositoryFolder, '.bin', 'run.mjs');
/** As a shell does it: the settings of the line before and after must be the same. */
const script = 'a=$(stty -g); "$@"; echo "exit $?"; [ "$a" = "$(stty -g)" ] && echo same line';

/** A folder whose agent listens on a port of its own; all else is what `npm start` writes. */
async function prepare(folder: string): Promise<void> {
  await mkdir(join(folder, '.strongbox'), { mode: 0o700 });
  const yaml = [
    'node: { id: local-1, data: ./data }',
    'listen:',
    `  - { address: "127.0.0.1:${await freePort()}", tls: auto }`,
    '  - { socket: ./run/strongbox.sock, mode: "0600" }',
    'audit:',
    '  - { type: file, path: ./audit/audit.log, sync: always }',
    'log: { level: warn }',
  ];
  await writeFile(join(folder, '.strongbox', 'agent.yaml'), `${yaml.join('\n')}\n`, {
    mode: 0o600,
  });
}

function start(folder: string, words: readonly string[] = []): PtyConsole {
  return new PtyConsole({
    file: '/bin/sh',
    arguments: ['-c', script, 'sh', process.execPath, runner, 'start', ...words],
    folder,
    environment: { HOME: folder },
    columns: 100,
  });
}

function holder(folder: string): number {
  const text = readFileSync(join(folder, '.strongbox', 'data', 'holder.json'), 'utf8');
  return (JSON.parse(text) as { pid: number }).pid;
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

test('an agent and a console on it start together, and quitting ends both', async () => {
  await using folder = await temporaryFolder();
  await prepare(folder.path);
  await using terminal = start(folder.path);
  await terminal.waitFor(/ NEW .*no key/, startMsMax);
  const agent = holder(folder.path);
  assert.ok(isAlive(agent));
  assert.equal(statSync(join(folder.path, '.strongbox', 'agent.log')).mode & 0o777, 0o600);

  await using second = start(folder.path);
  await second.waitFor(/ NEW .*no key/, startMsMax);
  second.send(':quit\r');
  await second.ended();
  assert.match(second.screen, /an agent runs in this folder already/);
  assert.match(second.screen, /exit 0\nsame line/);
  assert.ok(isAlive(agent), 'the first one goes on');

  terminal.send(':quit\r');
  await terminal.ended();
  assert.match(terminal.screen, /stopping the agent\nexit 0\nsame line/);
  assert.deepEqual(terminal.leftovers, []);
  assert.ok(!isAlive(agent));
  assert.ok(!existsSync(join(folder.path, '.strongbox', 'data', 'holder.json')), 'it was closed');
});

test('Ctrl-Z stops the console and not the agent, and fg comes back', async () => {
  await using folder = await temporaryFolder();
  await prepare(folder.path);
  await using shell = new PtyConsole({
    file: '/bin/bash',
    arguments: ['--norc', '--noprofile', '-i'],
    folder: folder.path,
    environment: { HOME: folder.path, PS1: 'shell> ' },
    columns: 100,
  });
  await shell.waitFor('shell>');
  shell.send(`${process.execPath} ${runner} start\r`);
  await shell.waitFor(/ NEW .*no key/, startMsMax);
  const agent = holder(folder.path);
  shell.send('\u001a');
  await shell.waitFor(/Stopped[\s\S]*shell>/);
  const state = readFileSync(`/proc/${agent}/stat`, 'utf8');
  assert.doesNotMatch(state, /\) T /, 'the agent goes on');
  shell.send('fg\r');
  await shell.waitFor(/ NEW .*no key/);
  shell.send(':quit\r');
  await shell.waitFor(/stopping the agent\nshell>$/);
  assert.ok(!isAlive(agent));
});

test('an agent that dies is seen in the console, and in how it ends', async () => {
  await using folder = await temporaryFolder();
  await prepare(folder.path);
  await using terminal = start(folder.path);
  await terminal.waitFor(/ NEW .*no key/, startMsMax);
  const agent = holder(folder.path);
  process.kill(agent, 'SIGKILL');
  await terminal.waitFor('✗ no link');
  terminal.send(':quit\r');
  await terminal.ended();
  assert.match(terminal.screen, /ended before the console did.*SIGKILL.*exit 1\nsame line/s);
});

test('an agent that cannot start is told in one line, in its own words', async () => {
  await using folder = await temporaryFolder();
  await prepare(folder.path);
  await writeFile(join(folder.path, '.strongbox', 'agent.yaml'), 'node: { id: 7\n', {
    mode: 0o600,
  });
  await using terminal = start(folder.path);
  await terminal.ended();
  assert.match(
    terminal.screen,
    /the agent did not start \(settings: .*agent\.yaml.*\(exit code 1\)/s,
  );
  assert.match(terminal.screen, /exit 1\nsame line/);
});

test('without a console, the agent is in the foreground until Ctrl-C', async () => {
  await using folder = await temporaryFolder();
  await prepare(folder.path);
  await using terminal = start(folder.path, ['--no-console']);
  await terminal.waitFor('StrongBox runs here until Ctrl-C', startMsMax);
  const agent = holder(folder.path);
  terminal.send('\u0003');
  while (isAlive(agent)) await delay(20);
  await terminal.ended();
});

test('without a terminal --no-console runs the agent as well, and unknown words are refused', async () => {
  await using folder = await temporaryFolder();
  await prepare(folder.path);
  const run = (word: string): ChildProcess =>
    spawn(process.execPath, [runner, 'start', word], {
      cwd: folder.path,
      env: { ...process.env, HOME: folder.path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const refused = run('--quick');
  assert.deepEqual(await once(refused, 'exit'), [1, null]);
  const agent = run('--no-console');
  const ended = once(agent, 'exit');
  agent.stdout?.once('data', (said: Buffer) => {
    agent.kill('SIGTERM');
    assert.match(said.toString(), /^StrongBox runs here until Ctrl-C/u);
  });
  assert.deepEqual(await ended, [0, null]);
});

test('words that npm start does not know are refused', async () => {
  await using folder = await temporaryFolder();
  await using terminal = start(folder.path, ['--quick']);
  await terminal.ended();
  assert.match(terminal.screen, /takes `-- --no-console` and nothing else\nexit 1/);
  assert.ok(!existsSync(join(folder.path, '.strongbox')));
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PtyConsole, type PtyOptions } from '../../support/pty-console.ts';
import { waitFor } from '../../support/wait-for.ts';

const host = join(import.meta.dirname, 'support', 'wallboard-host.ts');

function openWallboard(options: Partial<PtyOptions> = {}): PtyConsole {
  return new PtyConsole({ file: process.execPath, arguments: [host], ...options });
}

/** The wallboard's own process: the child of the one on the terminal. */
function childOf(parent: number): number {
  const isChild = (id: string): boolean => {
    try {
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(parent);
    } catch {
      return false; // it has just ended
    }
  };
  const [child] = readdirSync('/proc').filter((id) => /^\d+$/.test(id) && isChild(id));
  assert.ok(child !== undefined, 'the wallboard runs');
  return Number(child);
}

const onLinux = { skip: process.platform === 'linux' ? false : 'looks into /proc' };

test('the wallboard shows charts, nodes and alarms, and goes without a trace', async () => {
  for (const [columns, rows] of [
    [80, 24],
    [120, 40],
    [60, 16],
  ] as const) {
    await using terminal = openWallboard({ columns, rows });
    await terminal.waitFor(/prod-eu1 › wall +● live/);
    await terminal.waitFor(/■ SEALED +1 of 2 nodes/);
    await terminal.waitFor(/REQ\/S|requests\/s +node-1 \d+\.\d/);
    if (rows >= 24) await terminal.waitFor(/[\u2801-\u28ff]{2}/);
    assert.match(terminal.screen, /p99 ms/i);
    assert.match(terminal.screen, /node-1 +● unsealed/);
    assert.match(terminal.screen, /✓ none/);
    assert.match(terminal.screen, /q close/);
    terminal.send('q');
    assert.equal((await terminal.ended()).code, 0);
    assert.match(terminal.screen, /wallboard: {"outcome":"closed"}/);
    assert.deepEqual(terminal.leftovers, []);
  }
});

test('Esc and Ctrl-C close it as well', async () => {
  for (const key of ['\u001b', '\u0003']) {
    await using terminal = openWallboard();
    await terminal.waitFor('✓ none');
    terminal.send(key);
    await terminal.ended();
    assert.match(terminal.screen, /"closed"/);
    assert.deepEqual(terminal.leftovers, []);
  }
});

test('it follows the size of the terminal, and says what it needs', async () => {
  await using terminal = openWallboard();
  await terminal.waitFor('✓ none');
  terminal.resize(50, 12);
  await terminal.waitFor('the wallboard needs 60x16');
  terminal.resize(140, 40);
  await terminal.waitFor('✓ none');
  await terminal.waitFor(/[\u2801-\u28ff]/);
  assert.equal(terminal.screen.match(/nodes ─/g)?.length, 1, 'one pane of nodes');
  assert.equal(terminal.screen.match(/q close/g)?.length, 1, 'one footer');
  assert.match(terminal.screen.split('\n')[39] ?? '', /q close/);
  terminal.send('q');
  await terminal.ended();
});

test(
  'a wallboard that is killed leaves the terminal to its console, and says so',
  onLinux,
  async () => {
    await using terminal = openWallboard();
    await terminal.waitFor('✓ none');
    process.kill(childOf(terminal.pid), 'SIGKILL');
    await terminal.ended();
    assert.match(terminal.screen, /"failed","reason":"it was ended by SIGKILL"/);
    assert.deepEqual(terminal.leftovers, []);
  },
);

test('it ends with the console, and when the console says so', onLinux, async () => {
  await using aborted = openWallboard();
  await aborted.waitFor('✓ none');
  aborted.kill('SIGUSR2');
  await aborted.ended();
  assert.match(aborted.screen, /"closed"/);
  assert.deepEqual(aborted.leftovers, []);
  await using killed = openWallboard();
  await killed.waitFor('✓ none');
  const child = childOf(killed.pid);
  killed.kill('SIGKILL');
  await waitFor('the end of the child', () => !isRunning(child));
});

test('it is given no token, and no colour where there should be none', onLinux, async () => {
  await using terminal = openWallboard({ environment: { NO_COLOR: '1' } });
  await terminal.waitFor('✓ none');
  const environment = readFileSync(`/proc/${childOf(terminal.pid)}/environ`, 'utf8');
  assert.doesNotMatch(environment, /STRONGBOX|canary/);
  terminal.send('q');
  await terminal.ended();
  assert.doesNotMatch(terminal.raw, /\u001b\(0|\u000e/, 'no second character set');
  assert.doesNotMatch(terminal.raw, /\u001b\[(?:\d+;)*(?:3\d|4\d|9\d)(?:;\d+)*m/);
});

function isRunning(id: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hostClock, hostTimers } from '../../../agent/lifetime/host-clock.ts';
import { HostSampler, type HostSamplerOptions } from '../../../agent/telemetry/host-sampler.ts';
import { hostSamplerRestartsMax } from '../../../agent/telemetry/limits.ts';
import type { HostMetrics } from '../../../shared/control/topics.ts';
import type { Log } from '../../../src/ports/log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const times = { intervalMs: 20, answerMs: 20_000, lingerMs: 50, backoffMs: 5 };
const waitMsMax = 30_000;

/** A sampler with a log that can be read, and the samples of one watcher. */
class Watched implements AsyncDisposable {
  readonly sampler: HostSampler;
  readonly lines: string[] = [];
  readonly samples: HostMetrics[] = [];

  constructor(options: Partial<HostSamplerOptions> = {}) {
    const write = (message: string, fields?: Readonly<Record<string, unknown>>): void => {
      this.lines.push(`${message}: ${String(fields?.['reason'])}`);
    };
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const ports = { log, clock: hostClock, timers: hostTimers };
    this.sampler = new HostSampler({ ...ports, times, ...options });
  }

  watch(): () => void {
    return this.sampler.watch((sample) => this.samples.push(sample));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sampler.stop();
  }
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + waitMsMax;
  while (!isSo()) {
    assert.ok(Date.now() < deadline, what);
    await delay(10);
  }
}

/** Process ids of children that run a program of this name. */
function samplersOf(parent: number, program = 'host-sampler-child.ts'): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => {
      try {
        const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
        const [state, parentId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const commandLine = readFileSync(`/proc/${id}/cmdline`, 'utf8');
        return state !== 'Z' && Number(parentId) === parent && commandLine.includes(program);
      } catch {
        return false; // it has just ended
      }
    });
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

const onLinux = { skip: process.platform === 'linux' ? false : 'looks into /proc' };

test('the host is measured while somebody watches, and the figures can be', async () => {
  await using watched = new Watched();
  watched.watch();
  await until(() => watched.samples.length >= 2, 'two samples come');
  const [, sample] = watched.samples;
  assert.ok(sample !== undefined && sample.memoryUsedBytes > 0);
  assert.ok(sample.memoryUsedBytes < sample.memoryTotalBytes);
  assert.ok(sample.cpuPercent >= 0 && sample.cpuPercent <= 100);
  assert.ok(sample.uptimeSeconds > 0);
  assert.ok(sample.disks.length > 0, 'there is a disk');
  assert.deepEqual(watched.lines, [], 'nothing went wrong');
});

test(
  'the child is given no secret: no environment, no arguments, no open file',
  onLinux,
  async () => {
    process.env['STRONGBOX_CANARY'] = 'canary-7c1f';
    await using watched = new Watched();
    watched.watch();
    await until(() => watched.samples.length > 0, 'a sample comes');
    const [child = 0, ...others] = samplersOf(process.pid);
    assert.deepEqual(others, []);
    const read = (name: string): readonly string[] =>
      readFileSync(`/proc/${child}/${name}`, 'utf8')
        .split('\0')
        .filter((part) => part !== '');
    assert.deepEqual(read('environ').toSorted(), [
      'LC_ALL=C',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    ]);
    assert.equal(read('cmdline').length, 3, 'Node, a bound on its memory, the program');
    delete process.env['STRONGBOX_CANARY'];
  },
);

test('a child that is killed is replaced, and samples go on', onLinux, async () => {
  await using watched = new Watched();
  watched.watch();
  await until(() => watched.samples.length > 0, 'a sample comes');
  const [first = 0] = samplersOf(process.pid);
  process.kill(first, 'SIGKILL');
  await until(() => watched.lines.length > 0, 'its death is noticed');
  const seen = watched.samples.length;
  await until(() => watched.samples.length > seen, 'samples go on');
  assert.deepEqual(watched.lines, [
    'the sampler of host metrics is started anew: it ended with SIGKILL',
  ]);
  assert.ok(!samplersOf(process.pid).includes(first));
});

test(
  'the last watcher ends the child after a while, and coming back in time keeps it',
  onLinux,
  async () => {
    await using watched = new Watched({ times: { ...times, lingerMs: 300 } });
    const leave = watched.watch();
    const leaveToo = watched.watch();
    await until(() => watched.samples.length > 0, 'a sample comes');
    const [child = 0] = samplersOf(process.pid);
    leave();
    leaveToo();
    const leaveAgain = watched.watch();
    const seen = watched.samples.length;
    await until(() => watched.samples.length > seen + 2, 'samples go on');
    assert.deepEqual(samplersOf(process.pid), [child], 'it is the same child');
    leaveAgain();
    leaveAgain();
    await until(() => !isAlive(child), 'it is ended');
    assert.deepEqual(samplersOf(process.pid), []);
    assert.deepEqual(watched.lines, []);
    watched.watch();
    const before = watched.samples.length;
    await until(() => watched.samples.length > before, 'a later watcher starts another');
  },
);

test('stopping leaves no process, also of a child that is just being ended', onLinux, async () => {
  await using watched = new Watched({ times: { ...times, lingerMs: 0 } });
  const leave = watched.watch();
  await until(() => watched.samples.length > 0, 'a sample comes');
  const children = samplersOf(process.pid);
  leave();
  watched.watch();
  await Promise.all([watched.sampler.stop(), watched.sampler.stop()]);
  assert.deepEqual(children.filter(isAlive), []);
  assert.deepEqual(samplersOf(process.pid), []);
  watched.watch();
  assert.deepEqual(samplersOf(process.pid), [], 'a stopped sampler stays stopped');
});

test('the child ends with an agent that was killed', onLinux, async () => {
  const program = `
    import { HostSampler } from '${repository}/agent/telemetry/host-sampler.ts';
    import { hostClock, hostTimers } from '${repository}/agent/lifetime/host-clock.ts';
    const sampler = new HostSampler({ clock: hostClock, timers: hostTimers });
    sampler.watch(() => console.log('sampled'));
    setInterval(() => undefined, 1_000);
  `;
  const agent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface({ input: agent.stdout }), 'line');
  const [child = 0] = samplersOf(agent.pid ?? 0);
  assert.ok(child > 0);
  agent.kill('SIGKILL');
  await until(() => !isAlive(child), 'it does not outlive the agent');
});

const line =
  '`${JSON.stringify({cpuPercent:1,loadAverage1:1,memoryTotalBytes:2,memoryUsedBytes:1,' +
  'swapUsedBytes:0,disks:[],networkReceivedBytesPerSecond:0,networkSentBytesPerSecond:0,uptimeSeconds:1})}\\n`';

/** Programs that do not do what they should, and what ends them. */
const failing: readonly (readonly [what: string, program: string, reason: RegExp])[] = [
  ['dies at once', 'process.exit(3);', /it ended with 3/],
  ['hangs', 'setInterval(() => {}, 1_000);', /it does not answer/],
  [
    'never ends its line',
    'setInterval(() => process.stdout.write("x".repeat(9_999)), 0);',
    /it flooded/,
  ],
  [
    'answers twice',
    `process.stdin.on("data", () => process.stdout.write(${line} + ${line}));`,
    /more than it was asked/,
  ],
  ['talks nonsense', 'process.stdin.on("data", () => process.stdout.write("{}\\n"));', /no sample/],
];

for (const [what, program, reason] of failing) {
  test(`a child that ${what} is started a few times more and then given up`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'child.mjs');
    await writeFile(path, program);
    // Only the one that hangs is late: a busy host may take long to start the others.
    const answerMs = what === 'hangs' ? 250 : times.answerMs;
    await using watched = new Watched({ program: path, times: { ...times, answerMs } });
    watched.watch();
    await until(() => watched.lines.some((one) => one.includes('given up')), 'it is given up');
    assert.equal(watched.lines.length, hostSamplerRestartsMax + 1);
    for (const one of watched.lines) assert.match(one, reason);
    assert.deepEqual(watched.samples, []);
    assert.deepEqual(samplersOf(process.pid, path), [], 'none of them is left');
    watched.watch();
    assert.equal(
      watched.lines.length,
      hostSamplerRestartsMax + 1,
      'another watcher changes nothing',
    );
  });
}

test('a child that talks without being asked is ended', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'child.mjs');
  const say = `process.stdout.write(${line})`;
  await writeFile(
    path,
    `process.stdin.on('data', () => { ${say}; setTimeout(() => ${say}, 50); });`,
  );
  await using watched = new Watched({ program: path, times: { ...times, intervalMs: 3_000_000 } });
  watched.watch();
  await until(() => watched.lines.length > 0, 'it is ended');
  assert.match(watched.lines.join(), /it flooded/);
  assert.equal(watched.samples.length, 1);
});

test('what was given up is tried anew when everybody has left and somebody comes', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'child.mjs');
  await writeFile(path, 'process.exit(3);');
  await using watched = new Watched({ program: path, times: { ...times, lingerMs: 0 } });
  const leave = watched.watch();
  await until(() => watched.lines.some((one) => one.includes('given up')), 'it is given up');
  leave();
  await writeFile(path, `process.stdin.on('data', () => process.stdout.write(${line}));`);
  await delay(50);
  watched.watch();
  await until(() => watched.samples.length > 0, 'a sample comes');
});

test('no more than one sample is asked for in an interval, whoever comes and goes', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'child.mjs');
  await writeFile(path, `process.stdin.on('data', () => process.stdout.write(${line}));`);
  await using watched = new Watched({
    program: path,
    times: { ...times, intervalMs: 200, lingerMs: 0 },
  });
  const began = performance.now();
  while (watched.samples.length < 4) {
    const seen = watched.samples.length;
    const leave = watched.watch();
    await until(() => watched.samples.length > seen, 'a sample comes');
    leave();
  }
  assert.ok(performance.now() - began >= 3 * 190, 'four samples take three intervals at least');
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readAuditPage } from '../../../agent/control/audit-pages.ts';
import { AuditTail } from '../../../agent/control/topics/audit-tail.ts';
import { auditUpdateBytesMax } from '../../../agent/control/limits.ts';
import { auditReadBytesMax, auditTailLinesMax } from '../../../shared/control/limits.ts';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { type AgentHandle, type Console, Refused, startAgent } from './control-harness.ts';

/** All lines of the log on disk, in order. */
async function linesOnDisk(agent: AgentHandle): Promise<string[]> {
  const folder = join(agent.folder, 'audit');
  const names = (await readdir(folder)).toSorted();
  const closed = names.filter((name) => name !== 'audit.log');
  const texts = await Promise.all(
    [...closed, 'audit.log'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return texts.flatMap((text) => text.split('\n').slice(0, -1));
}

async function readAll(console: Console, lines: number): Promise<string[]> {
  const all: string[] = [];
  let end = Number.POSITIVE_INFINITY;
  for (let from = 0; from < end; ) {
    const page = await console.call('audit.read', { node: 'node-1', from, lines });
    // The end that was known first: reading makes records, too.
    end = Math.min(end, page.end);
    all.push(...page.lines);
    from = page.next;
    if (page.lines.length === 0) break;
  }
  return all.slice(0, end);
}

async function work(agent: AgentHandle, token: string, requests: number): Promise<void> {
  for (let count = 0; count < requests; count += 1) {
    await agent.call('GET', '/v1/sys/mounts', { token });
  }
}

test('pages of the log are its lines, over rotated files, whatever the size of a page', async (t) => {
  const agent = await startAgent(t, { rotateBytes: 20_000 });
  const { rootToken } = await agent.unsealed();
  await work(agent, rootToken, 120);
  const console = await agent.dial({ token: rootToken });
  for (const size of [7, 2_000]) {
    const read = await readAll(console, size);
    const disk = await linesOnDisk(agent);
    assert.ok(read.length > 150);
    assert.deepEqual(read, disk.slice(0, read.length));
  }
  const files = await readdir(join(agent.folder, 'audit'));
  assert.ok(files.length > 3, files.join(' '));
});

test('a page may begin at any record, and beyond the end there is none', async (t) => {
  const agent = await startAgent(t, { rotateBytes: 200_000 });
  const { rootToken } = await agent.unsealed();
  await work(agent, rootToken, 600);
  const disk = await linesOnDisk(agent);
  const path = join(agent.folder, 'audit', 'audit.log');
  assert.ok((await readdir(join(agent.folder, 'audit'))).length > 2);
  for (let from = 0; from < disk.length; from += 37) {
    const page = await readAuditPage(path, { from, lines: 2 });
    assert.deepEqual(page.lines, disk.slice(from, from + 2), `from ${from}`);
    assert.equal(page.next, Math.min(from + 2, disk.length));
  }
  const beyond = await readAuditPage(path, { from: disk.length + 100, lines: 5 });
  assert.deepEqual(beyond, { lines: [], next: disk.length + 100 });
});

test('a page shows tampered lines in their places, each once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'audit.log');
  const pad = ' '.repeat(2_000);
  const lines = Array.from({ length: 400 }, (_, index) => `{"index":${index},"a":"${pad}"}`);
  lines[100] = 'no record at all';
  lines[201] = `{"index":7,"a":"${pad}"}`;
  lines.fill('junk', 300, 330);
  await writeFile(path, `${lines.join('\n')}\n{"index":400,"half`);
  for (const size of [1, 3, 50]) {
    const read: string[] = [];
    for (let from = 0; ; ) {
      const page = await readAuditPage(path, { from, lines: size });
      if (page.lines.length === 0) break;
      read.push(...page.lines);
      from = page.next;
    }
    assert.deepEqual(read, lines, `pages of ${size}`);
  }
});

test('a log that has lost its newlines is not read whole: what comes before is shown', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'audit.log');
  const lines = ['{"index":0,"prev":""}', '{"index":1,"prev":""}'];
  await writeFile(path, `${lines.join('\n')}\n`);
  const page = (from: number): ReturnType<typeof readAuditPage> =>
    readAuditPage(path, { from, lines: 10 });
  const whole = { lines, next: 2 };
  assert.deepEqual(await page(0), whole);
  await truncate(path, 16 * auditReadBytesMax);
  assert.deepEqual(await page(0), whole);
  assert.deepEqual(await page(1), { lines: lines.slice(1), next: 2 });
  const before = process.memoryUsage.rss();
  const tooLarge = { code: 'control.audit-line-too-large', parameters: { index: 2 } };
  await assert.rejects(page(2), tooLarge);
  const grownBytes = process.memoryUsage.rss() - before;
  assert.ok(grownBytes < 8 * auditReadBytesMax, `${grownBytes} bytes more`);
});

test('what lies in the place of a log file and is none is not read', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'audit.log');
  const other = join(folder, 'other');
  await writeFile(other, '{"index":0,"prev":"of another file"}\n');
  await symlink(other, path);
  const nothing = { lines: [], next: 0 };
  assert.deepEqual(await readAuditPage(path, { from: 0, lines: 10 }), nothing, 'a link');
  await rm(path);
  execFileSync('mkfifo', [path]);
  assert.deepEqual(await readAuditPage(path, { from: 0, lines: 10 }), nothing, 'a FIFO');
});

test('the log of another node is not here, and an agent in memory keeps none', async (t) => {
  const codeOf = async (console: Console, node: string): Promise<string | undefined> =>
    console.call('audit.read', { node, from: 0, lines: 1 }).then(
      () => undefined,
      (error: unknown) => (error instanceof Refused ? error.code : String(error)),
    );
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const console = await agent.dial({ token: rootToken });
  assert.equal(await codeOf(console, 'node-2'), 'control.node-unknown');
  const dev = await startAgent(t, { dev: true });
  const other = await dev.dial({ token: (await dev.unsealed()).rootToken });
  assert.equal(await codeOf(other, 'node-1'), 'control.audit-not-kept');
});

test('the tail goes on where the subscription began, and joins the pages without a gap', async (t) => {
  const agent = await startAgent(t);
  const { rootToken } = await agent.unsealed();
  const console = await agent.dial({ token: rootToken });
  const { snapshot } = await console.call('subscribe', { topic: 'audit' });
  assert.ok(snapshot.kind === 'audit');
  await work(agent, rootToken, 30);
  const seen = (): number =>
    console.updates.reduce(
      (sum, update) => sum + (update.topic === 'audit' ? update.lines.length : 0),
      0,
    );
  await console.update('audit', () => seen() >= 30);
  const tailed = console.updates.flatMap((update) =>
    update.topic === 'audit' ? update.lines : [],
  );
  const disk = await linesOnDisk(agent);
  assert.deepEqual(tailed, disk.slice(snapshot.next, snapshot.next + tailed.length));
  assert.ok(console.updates.every((update) => update.topic === 'audit' && update.dropped === 0));
});

function lineOf(index: number, bytes = 0): string {
  return `{"index":${index}}${' '.repeat(bytes)}\n`;
}

test('who falls behind the kept lines is told how many are missing', async () => {
  const tail = new AuditTail('node-1');
  tail.written(utf8Encode(lineOf(0)), 1);
  let woken = 0;
  const slow = tail.open(() => {
    woken += 1;
  });
  const more = auditTailLinesMax + 25;
  for (let index = 1; index <= more; index += 1) tail.written(utf8Encode(lineOf(index)), index + 1);
  assert.equal(woken, more);
  const update = await slow.next();
  assert.ok(update?.topic === 'audit');
  assert.equal(update.dropped, 25);
  assert.equal(update.lines.length, auditTailLinesMax);
  assert.equal(update.lines[0], lineOf(26).trim());
  assert.equal(await slow.next(), undefined);

  // One that no update could hold is dropped, and so is what is skipped.
  tail.written(utf8Encode(lineOf(2_000, auditUpdateBytesMax)), 2_001);
  tail.written(utf8Encode(lineOf(2_001) + lineOf(2_002)), 2_003);
  const after = await slow.next();
  assert.deepEqual(after, {
    topic: 'audit',
    lines: [lineOf(2_001).trim(), lineOf(2_002).trim()],
    dropped: 1,
  });
  tail.written(utf8Encode(lineOf(2_003)), 2_004);
  slow.skip();
  tail.written(utf8Encode(lineOf(2_004)), 2_005);
  const skipped = await slow.next();
  assert.deepEqual(skipped, { topic: 'audit', lines: [lineOf(2_004).trim()], dropped: 1 });
  slow.close();
});

test('updates of the tail are bounded in bytes, and nothing is lost by that', async () => {
  const tail = new AuditTail('node-1');
  const feed = tail.open(() => undefined);
  const quarter = Math.floor(auditUpdateBytesMax / 4);
  for (let index = 0; index < 10; index += 1) {
    tail.written(utf8Encode(lineOf(index, quarter)), index + 1);
  }
  const counts: number[] = [];
  while (feed.due) {
    const update = await feed.next();
    assert.ok(update?.topic === 'audit');
    assert.equal(update.dropped, 0);
    counts.push(update.lines.length);
  }
  assert.deepEqual(counts, [3, 3, 3, 1]);
  feed.close();
});

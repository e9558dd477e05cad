import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import {
  type ReadPage,
  verifyFilesApart,
  verifyNodeApart,
} from '../../../console/client/audit-verification.ts';

const log = resolve('test/vectors/audit-format-1.jsonl');
const lines = readFileSync(log, 'utf8').trimEnd().split('\n');

/** An agent that gives these lines, a few at a time. */
function agentWith(given: readonly string[], pageLines = 3): ReadPage {
  return async (from) => {
    const page = given.slice(from, from + pageLines);
    return { ok: true, result: { lines: page, next: from + page.length, end: given.length } };
  };
}

function hooks() {
  const seen: number[] = [];
  const signal = new AbortController();
  return { seen, signal, onProgress: ({ done }: { done: number }) => seen.push(done) };
}

test('a log is the same whether it lies in a file or is streamed by a node', async () => {
  const { signal, onProgress, seen } = hooks();
  const streamed = await verifyNodeApart('node-1', agentWith(lines), {
    onProgress,
    signal: signal.signal,
  });
  const read = await verifyFilesApart([log], {
    onProgress: () => undefined,
    signal: signal.signal,
  });
  assert.ok(streamed.ok && read.ok);
  assert.equal(streamed.report.ok, true, streamed.report.sentence);
  assert.equal(streamed.report.sentence, read.report.sentence);
  assert.deepEqual(streamed.report.head, read.report.head);
  assert.equal(seen.at(-1), lines.length);
});

test('a record that was changed on the way is named, and no further page is asked for', async () => {
  const { signal, onProgress } = hooks();
  const tampered = lines.map((line, index) =>
    index === 2 ? line.replace('"time"', '"tine"') : line,
  );
  assert.notDeepEqual(tampered, lines);
  const asked: number[] = [];
  const give = agentWith(tampered, 1);
  const end = await verifyNodeApart(
    'node-1',
    (from, count) => {
      asked.push(from);
      return give(from, count);
    },
    { onProgress, signal: signal.signal },
  );
  assert.ok(end.ok);
  assert.equal(end.report.ok, false);
  assert.match(end.report.sentence, /^node-1: BROKEN at record [23] /);
  assert.ok((asked.at(-1) ?? 0) <= 3);
});

test('an agent that refuses, gives nothing, or never moves on ends the verification', async () => {
  const { signal, onProgress } = hooks();
  const common = { onProgress, signal: signal.signal };
  const problem = { code: 'request.denied', status: 403, message: 'no' };
  const refused = await verifyNodeApart('n', async () => ({ ok: false, problem }), common);
  assert.deepEqual(refused, { ok: false, problem });
  const nothing = await verifyNodeApart(
    'n',
    async () => ({ ok: true, result: { lines: [], next: 0, end: 10 } }),
    common,
  );
  assert.ok(nothing.ok && !nothing.report.ok);
  const stuck = await verifyNodeApart(
    'n',
    async () => ({ ok: true, result: { lines: lines.slice(0, 1), next: 0, end: 10 } }),
    common,
  );
  assert.ok(stuck.ok);
});

test('stopping ends it at once, and the thread with it', async () => {
  const { signal, onProgress } = hooks();
  let pages = 0;
  const end = await verifyNodeApart(
    'n',
    async () => {
      pages += 1;
      signal.abort();
      return { ok: true, result: { lines, next: lines.length, end: 1_000_000 } };
    },
    { onProgress, signal: signal.signal },
  );
  assert.ok(!end.ok);
  assert.equal(end.problem.code, 'console.stopped');
  assert.equal(pages, 1);
});

test('a file that is not there is told as a problem, not thrown', async () => {
  const { signal, onProgress } = hooks();
  const end = await verifyFilesApart(['/nonexistent/audit.log'], {
    onProgress,
    signal: signal.signal,
  });
  assert.ok(!end.ok);
  assert.equal(end.problem.code, 'client.file-unreadable');
});

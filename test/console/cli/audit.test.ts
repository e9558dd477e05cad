import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { edited, linesIn, withLines } from '../../shared/audit/kit/damage.ts';
import { goodLog } from '../../shared/audit/kit/good-log.ts';
import { mainFile, runCli, spawnCli, TemporaryFolder } from '../run-cli.ts';

const log = await goodLog();

/** Writes files of a log; returns their paths. */
function place(folder: string, files: typeof log.files): string[] {
  return files.map(({ name, bytes }) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  });
}

test('a whole log is one sentence and exit code 0, in any order of files', async () => {
  using folder = new TemporaryFolder();
  const paths = place(folder.path, log.files).reverse();
  const ran = await runCli(['audit', 'verify', ...paths]);
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /^OK: \d+ records, 0 to \d+, of node node-1 in 3 files\n/u);
  assert.equal(ran.stderr, '', 'no progress bar in a pipe');
  const json = await runCli(['audit', 'verify', '--format=json', ...paths]);
  const report = JSON.parse(json.stdout) as { ok: boolean; head: { node: string } };
  assert.deepEqual([report.ok, report.head.node], [true, 'node-1']);
});

test('a broken log is exit code 3 and names record and byte', async () => {
  using folder = new TemporaryFolder();
  const [first, ...rest] = log.files;
  assert.ok(first !== undefined);
  const tampered = withLines(first, (lines) => edited(lines, 100));
  const paths = place(folder.path, [tampered, ...rest]);
  const ran = await spawnCli(['audit', 'verify', ...paths]);
  assert.equal(ran.code, 3);
  assert.match(ran.stdout, /BROKEN at record 10[01] \(byte [\d,]+\)/u);
});

test('a kept checkpoint finds a lost tail; a file that is not there is exit code 1', async () => {
  using folder = new TemporaryFolder();
  const [first, second] = log.files;
  assert.ok(first !== undefined && second !== undefined);
  const paths = place(folder.path, [first, second]);
  const kept = join(folder.path, 'audit.checkpoint');
  writeFileSync(kept, log.kept);
  const ran = await runCli(['audit', 'verify', '--checkpoint', kept, ...paths]);
  assert.equal(ran.code, 3);
  assert.match(ran.stdout, /LOST TAIL/u);
  const missing = await runCli(['audit', 'verify', join(folder.path, 'nothing.log')]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /client\.file-unreadable/u);
});

test('an audit key of an older format is told as that, one that is damaged as damaged', async () => {
  using folder = new TemporaryFolder();
  const paths = place(folder.path, log.files);
  const key = join(folder.path, 'audit.key');
  const cases = [
    ['strongbox-audit-key/1\n', /is an audit key file of format 1, .*or without --audit-key/u],
    ['strongbox-audit-key/2\n', /is not an audit key file, or is damaged/u],
  ] as const;
  for (const [head, problem] of cases) {
    writeFileSync(key, Buffer.concat([Buffer.from(head), Buffer.alloc(64, 1)]));
    const ran = await runCli(['audit', 'verify', '--audit-key', key, ...paths]);
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, problem);
  }
});

test('tail shows the newest records and follows until it is told to end', async () => {
  using folder = new TemporaryFolder();
  const [path = ''] = place(folder.path, log.files.slice(-1));
  const words = ['audit', 'tail', path, '--lines=2', '--format=json'];
  const child = spawn(process.execPath, [mainFile, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let shown = '';
  const arrived = async (what: string): Promise<void> => {
    while (!shown.includes(what)) {
      const [bytes] = (await once(child.stdout, 'data')) as [Buffer];
      shown += bytes.toString('utf8');
    }
  };
  const last = linesIn(log.files.at(-1)?.bytes ?? new Uint8Array(0)).slice(-2);
  await arrived(`${last.join('\n')}\n`);
  assert.equal(shown, `${last.join('\n')}\n`, 'the records as they stand, and no others');
  appendFileSync(path, '{"type":"event","event":"\u202esealed"}\n');
  await arrived('sealed');
  assert.equal(shown.includes('\u202e'), false);
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0);
});

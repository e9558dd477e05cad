/**
 * F-01: kill −9 at any moment: what was confirmed is there, and the chain goes on after a restart.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { temporaryFolder } from '../../support/temporary-folder.ts';
import { checkLogs, wholeText } from './support/check-logs.ts';

const appender = fileURLToPath(new URL('./support/appender.ts', import.meta.url));
const rounds = 6;

interface Run {
  readonly acknowledged: readonly number[];
  readonly alarms: string;
}

/** Runs the appender and kills it after so many confirmations. */
async function runUntil(folder: string, from: number, count: number): Promise<Run> {
  const child = spawn(process.execPath, [appender, folder, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString('utf8');
    if (output.split('\n').length > count) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const lines = output.split('\n').slice(0, -1);
  const numbers = lines.flatMap((line) => (line.startsWith('ack ') ? [Number(line.slice(4))] : []));
  return { acknowledged: numbers, alarms: lines[0] ?? '' };
}

test('kill -9: confirmed records are there, the chain verifies, torn lines are told', async () => {
  await using folder = await temporaryFolder();
  const acknowledged: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const run = await runUntil(folder.path, round * 100_000, 50 + round * 170);
    acknowledged.push(...run.acknowledged);
    for (const name of ['audit.log', 'second.log']) {
      await checkLogs(folder.path, name, acknowledged);
    }
    if (round > 0) assert.match(run.alarms, /^alarms (?:recovered)?(?:,recovered)?$/);
    // A write of which the disk kept only a part, as a loss of power leaves it.
    await appendFile(join(folder.path, 'audit', 'audit.log'), '{"index":12,"pr');
  }
  assert.ok(acknowledged.length > 1_000);
  const text = await wholeText(folder.path, 'audit.log');
  assert.match(text, /"event":"audit_recovered","details":\{"device":"audit\.log","cut_bytes":\d+/);
});

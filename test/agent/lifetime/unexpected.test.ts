/** What nobody expected ends the whole process, on whichever thread it is met. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('broken-process.ts', import.meta.url));

for (const where of ['main', 'worker']) {
  for (const how of ['throws', 'rejects', 'fails']) {
    test(`a process whose ${where} thread ${how} is killed, and says so without a text`, () => {
      const ended = spawnSync(process.execPath, [program, where, how], {
        encoding: 'utf8',
        timeout: 30_000,
      });
      assert.equal(ended.signal, 'SIGKILL');
      const [line = ''] = ended.stderr.trim().split('\n').slice(-1);
      const said = JSON.parse(line) as { msg: string; frames: readonly string[] };
      assert.equal(said.msg, 'the agent stops at once');
      assert.ok(said.frames.some((frame) => frame.includes('broken-process')));
      assert.ok(!ended.stderr.includes('hvs.secret'));
    });
  }
}

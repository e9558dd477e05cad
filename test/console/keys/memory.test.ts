/** What opening a key file leaves in memory: nothing, once the key and the pass-phrase are gone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { memoryScanObstacle, scanMemory } from '../../support/memory-scan.ts';

interface Golden {
  readonly passphrase: string;
  readonly signingSeed: string;
  readonly boxSecret: string;
  readonly file: object;
}

const golden = JSON.parse(
  readFileSync(new URL('../../vectors/operator-key.json', import.meta.url), 'utf8'),
) as Golden;
const needles = [
  Buffer.from(golden.passphrase),
  // Without first and last byte, which a scalar has otherwise.
  Buffer.from(golden.signingSeed, 'hex').subarray(1, 31),
  Buffer.from(golden.boxSecret, 'hex').subarray(1, 31),
];

test('a key that was dropped leaves neither pass-phrase nor seed nor secret key', {
  skip: memoryScanObstacle() ?? false,
}, async () => {
  const program = fileURLToPath(new URL('memory-child.ts', import.meta.url));
  const words = ['--expose-gc', program, JSON.stringify(golden.file)];
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    assert.ok(child.pid);
    child.stdin.write(golden.passphrase);
    assert.match(String(await once(child.stdout, 'data')), /^open/u);
    const open = scanMemory(child.pid, needles);
    assert.ok(
      open.every((copies) => copies >= 1),
      'while the key is in use the scan finds all three',
    );
    child.stdin.write('.');
    assert.match(String(await once(child.stdout, 'data')), /^dropped/u);
    assert.deepEqual(scanMemory(child.pid, needles), [0, 0, 0]);
    child.stdin.write('.');
    await once(child, 'exit');
  } finally {
    child.kill('SIGKILL');
  }
});

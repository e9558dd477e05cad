import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { memoryScanObstacle, scanMemory } from '../../support/memory-scan.ts';
import { PlacedRandom, runToUnsealed } from './memory-scenario.ts';

interface Secret {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What the scenario makes at random, in the order it does: keys have 32 bytes, DEKs end 56. */
async function secretsOfScenario(): Promise<Secret[]> {
  const made: Uint8Array[] = [];
  const shares: Secret[] = [];
  await runToUnsealed(
    new PlacedRandom((bytes) => made.push(bytes.slice())),
    () => undefined,
    (issued) => {
      for (const [at, { raw, framed }] of issued.entries()) {
        shares.push({ name: `share ${at + 1}`, bytes: raw.slice(0, 32) });
        // Its end alone is data: what comes before names the set.
        shares.push({ name: `framed share ${at + 1}`, bytes: framed.slice(28) });
      }
    },
  );
  const keys = made.filter(({ length }) => length === 32);
  const names = ['root key', 'KEK of term 1', 'unseal key', 'coefficients', 'KEK of term 2'];
  assert.equal(keys.length, names.length);
  const deks = made.filter(({ length }) => length === 56).map((bytes) => bytes.slice(24));
  assert.ok(deks.length > 20);
  return [
    ...keys.map((bytes, at) => ({ name: names[at] ?? '', bytes })),
    ...deks.map((bytes, at) => ({ name: `DEK ${at}`, bytes })),
    ...shares,
  ];
}

const obstacle = memoryScanObstacle();

test('after a seal no key is left in the memory of the process; before, the keys in use are', {
  skip: obstacle ?? false,
}, async () => {
  const secrets = await secretsOfScenario();
  const needles = secrets.map(({ bytes }) => bytes);
  const program = fileURLToPath(new URL('memory-child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    assert.ok(child.pid);
    assert.match(String(await once(child.stdout, 'data')), /^unsealed/);
    const before = scanMemory(child.pid, needles);
    for (const name of ['root key', 'KEK of term 1', 'KEK of term 2']) {
      const at = secrets.findIndex((secret) => secret.name === name);
      assert.ok((before[at] ?? 0) >= 1, `${name} is in use and must be found`);
    }
    child.stdin.write('seal\n');
    assert.match(String(await once(child.stdout, 'data')), /^sealed/);
    const after = scanMemory(child.pid, needles);
    const left = secrets.filter((_, at) => after[at] !== 0).map(({ name }) => name);
    assert.deepEqual(left, []);
    child.stdin.write('end\n');
    await once(child, 'exit');
  } finally {
    child.kill('SIGKILL');
  }
});

test('the search finds a needle wherever it lies in the chunks of a region', {
  skip: obstacle ?? false,
}, () => {
  const needle = Buffer.from('a needle that lies nowhere else: 3f9c5c1e', 'latin1');
  const haystack = Buffer.alloc(16 * 1_048_576);
  for (let at = 1_000; at < haystack.length - 64; at += 4_194_301) needle.copy(haystack, at);
  const [count = 0] = scanMemory(process.pid, [needle]);
  // Four in the haystack and the needle itself.
  assert.ok(count >= 5, `${count} found`);
  assert.equal(haystack.includes(needle), true);
});

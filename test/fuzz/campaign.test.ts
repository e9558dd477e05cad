import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { runTarget } from './campaign.ts';
import type { Target } from './target.ts';

let ended = 0;
const broken: Target = {
  name: 'test/broken',
  claim: 'no number is above 100',
  testRuns: 1,
  prepare: (end) => {
    end.after(() => (ended += 1));
    return fc.property(fc.nat(1_000_000), (number) => number <= 100);
  },
};

test('a broken claim is cut small, and the printed command runs it again', async () => {
  const { failure = '' } = await runTarget(broken, { seed: 7, runsMax: 1_000 });
  assert.match(failure, /test\/broken: broken: no number is above 100\n {2}with \[101\]/u);
  const { seed = '', path = '' } =
    /--target test\/broken --seed (?<seed>\d+) --path (?<path>[\d:]+)/u.exec(failure)?.groups ?? {};
  assert.equal(seed, '7');
  const again = await runTarget(broken, { seed: 7, runsMax: 1, path });
  assert.match(again.failure ?? '', /with \[101\]/u);
  assert.equal(ended, 2, 'what a target has opened is closed');
});

test('a round that runs out of time without a failure holds', async () => {
  const slow = fc.asyncProperty(fc.nat(), () => new Promise<void>((done) => setTimeout(done, 5)));
  const target: Target = { ...broken, prepare: () => slow };
  const { failure, runs } = await runTarget(target, { seed: 1, runsMax: 100_000, timeMsMax: 50 });
  assert.equal(failure, undefined);
  assert.ok(runs < 100_000);
});

function fuzz(...args: readonly string[]): {
  readonly status: number | null;
  readonly out: string;
} {
  const program = join(import.meta.dirname, 'main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
  });
  return { status, out: stdout + stderr };
}

test('the command runs the targets of a name for a time, and names seed and runs', () => {
  const { status, out } = fuzz('--target', 'share/any', '--minutes', '0.005', '--seed', '5');
  assert.equal(status, 0, out);
  assert.match(out, /^share\/any-bytes +\d+ runs from seed 5: holds\n$/u);
});

test('a name that no target begins with is refused', () => {
  const { status, out } = fuzz('--target', 'nothing');
  assert.equal(status, 1);
  assert.match(out, /no target begins with "nothing"/u);
});

/** A world that breaks: it says how to run it again, and its plan is cut down to what matters. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { coreExhibits } from '../museum/core-exhibits.ts';
import { editVariable } from '../museum/exhibit.ts';
import { drawPlan } from '../world/draw-plan.ts';
import type { Plan } from '../world/plan.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const hook = fileURLToPath(new URL('../museum/edit-hook.ts', import.meta.url));

interface Run {
  readonly status: number | null;
  readonly output: string;
}

/** Runs the command; with an edit, its threads have the edit too. */
function simulate(args: readonly string[], edit?: object): Run {
  const hooks = edit === undefined ? [] : ['--import', hook];
  const { status, stdout } = spawnSync(process.execPath, [...hooks, main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, [editVariable]: JSON.stringify(edit) },
  });
  return { status, output: stdout };
}

test('a failing seed prints the command that runs it again, and a smaller plan that breaks alike', async () => {
  const exhibit = coreExhibits.find(({ name }) => name === 'prior-term-commit');
  assert.ok(exhibit !== undefined, 'there is such an exhibit');
  const { file, find, replace } = exhibit;
  const edit = { file, find, replace };
  const broken = simulate(['--host', 'core', '--seeds', '10'], edit);
  assert.equal(broken.status, 1);
  assert.match(broken.output, /commits \d+ of an earlier term/);
  const seed = Number(/npm run sim -- --host core --from (\d+) --seeds 1/.exec(broken.output)?.[1]);
  const text = broken.output.split('\n').find((line) => line.startsWith('{"seed"')) ?? '';
  const plan = JSON.parse(text) as Plan;
  assert.equal(plan.seed, seed);
  const drawn = drawPlan(seed, 'core');
  assert.ok(plan.faults.length < drawn.faults.length, `${plan.faults.length} faults are left`);

  await using folder = await temporaryFolder();
  const path = join(folder.path, 'plan.json');
  writeFileSync(path, text);
  assert.equal(simulate(['--plan', path], edit).status, 1);
  const sound = simulate(['--plan', path]);
  assert.deepEqual(sound, { status: 0, output: 'nothing breaks\n' });
});

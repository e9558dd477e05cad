/** The guided tour (`npm run tour`, and `npm start` without a terminal), as a shell starts it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { repositoryFolder } from '../support/agent-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { waitFor } from '../support/wait-for.ts';

interface Tour {
  readonly process: ChildProcess;
  readonly said: () => string;
  readonly hasSaid: (text: string) => Promise<void>;
}

/** A tour whose folder is made below `folder`; it ends with the test. */
function play(t: TestContext, folder: string, command: 'start' | 'tour'): Tour {
  const runner = join(repositoryFolder, '.bin', 'run.mjs');
  const child = spawn(process.execPath, [runner, command], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill());
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const hasSaid = async (text: string): Promise<void> => {
    while (!said.includes(text)) await once(child.stdout, 'data');
  };
  return { process: child, said: () => said, hasSaid };
}

/** The agent of the tour below `folder`; undefined before it holds its data folder. */
function agentOf(folder: string): number | undefined {
  const [tour] = readdirSync(folder);
  if (tour === undefined) return undefined;
  try {
    const text = readFileSync(join(folder, tour, 'data', 'holder.json'), 'utf8');
    return (JSON.parse(text) as { readonly pid: number }).pid;
  } catch {
    return undefined;
  }
}

/** A process that was killed has no command line any more, also before somebody has reaped it. */
function isAlive(id: number): boolean {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

test('without a terminal `npm start` plays the whole tour, every check holds, and nothing is left', async (t) => {
  await using folder = await temporaryFolder();
  const tour = play(t, folder.path, 'start');
  const [code] = await once(tour.process, 'close');
  assert.equal(code, 0, tour.said());
  assert.match(tour.said(), /The tour is over: 11 steps, 22 checks, all held\.\n$/);
  assert.deepEqual(readdirSync(folder.path), []);
});

test('a tour that is broken off while its agent starts leaves no agent and no folder', async (t) => {
  await using folder = await temporaryFolder();
  const tour = play(t, folder.path, 'tour');
  const closed = once(tour.process, 'close');
  // The build may be behind, which takes its time and is not what is waited for.
  await Promise.race([closed, tour.hasSaid('1. Start an agent')]);
  const agent = await waitFor('the agent of the tour', () => agentOf(folder.path));
  tour.process.kill('SIGTERM');
  const [code] = await closed;
  assert.equal(code, 1);
  assert.match(tour.said(), /broken off; nothing of it is left\.\n$/);
  assert.deepEqual(readdirSync(folder.path), []);
  await waitFor('its end', () => !isAlive(agent));
});

/** Looks at one exhibit: breaks its rule in a process of its own, and sees whether it is caught. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tightLimits } from '../run/twice.ts';
import { applyEdit, type Catcher, editVariable, type Exhibit } from './exhibit.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const outputBytesMax = 16_777_216;
const visitMsMax = 300_000;

export interface Visit {
  readonly isCaught: boolean;
  /** By what. */
  readonly remark: string;
}

export function visit({ file, find, replace, caughtBy }: Exhibit): Visit {
  const edit = { file, find, replace };
  // Here too, so that an edit that does not apply is told from one that is caught.
  applyEdit(readFileSync(`${root}${file}`, 'utf8'), edit);
  const hook = fileURLToPath(new URL('edit-hook.ts', import.meta.url));
  const result = spawnSync(process.execPath, ['--import', hook, ...programOf(caughtBy)], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: outputBytesMax,
    timeout: visitMsMax,
    env: { ...process.env, [editVariable]: JSON.stringify(edit) },
  });
  if (result.error !== undefined) throw result.error;
  return { isCaught: result.status !== 0, remark: remarkOf(result.stdout, result.stderr) };
}

function programOf(catcher: Catcher): readonly string[] {
  if (catcher.kind === 'test') {
    assert.ok(existsSync(`${root}${catcher.file}`), `there is no ${catcher.file}`);
    return [catcher.file];
  }
  const program = fileURLToPath(new URL('worlds.ts', import.meta.url));
  const limits = catcher.isTight ? tightLimits : [];
  return [...limits, program, catcher.tier, String(catcher.seeds)];
}

/** The first line that says what broke. */
function remarkOf(output: string, errors: string): string {
  const line = `${output}\n${errors}`
    .split('\n')
    .find((text) => /^seed \d+:|^not ok|^✖ |AssertionError|assertion failed/.test(text));
  return (line ?? 'nothing is said').trim().slice(0, 120);
}

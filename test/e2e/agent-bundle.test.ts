/** What the build makes of the agent: one file a thread, each with what that thread may load. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repositoryFolder } from '../support/agent-process.ts';

const folder = join(repositoryFolder, '.build', 'agent');

function importsOf(program: string): readonly string[] {
  const text = readFileSync(join(folder, program), 'utf8');
  const found = [...text.matchAll(/^import .*?from "([^"]+)";|\bimport\("([^"]+)"\)/gm)];
  const names = found.map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
  return [...new Set(names)].filter((name) => process.getBuiltinModule(name) === undefined);
}

test('the main thread loads the store’s add-on, and nothing that serves or seals', () => {
  assert.deepEqual(importsOf('process/main.mjs'), ['sqlite3']);
  const text = readFileSync(join(folder, 'process', 'main.mjs'), 'utf8');
  for (const part of [
    'src/core',
    'src/barrier',
    'src/seal',
    'agent/http/edge-server',
    'node_modules/ws',
  ]) {
    assert.ok(!text.includes(`// .build/${part}`) && !text.includes(`// ${part}`), part);
  }
});

test('the request thread loads no native add-on', () => {
  const names = importsOf('runtime/request-program.mjs');
  assert.deepEqual(names.toSorted(), ['@peculiar/x509', 'reflect-metadata']);
});

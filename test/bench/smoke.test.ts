import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

import { commands, helpText } from './commands.ts';

async function bench(...args: string[]): Promise<{ output: string; code: number | null }> {
  const program = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { output: output + errors, code };
}

test('the help names every instrument', async () => {
  const { output, code } = await bench('help');
  assert.equal(code, 0);
  assert.equal(output.trim(), helpText());
  for (const { name } of commands) assert.match(output, new RegExp(`^  ${name} `, 'm'));
});

test('what is no instrument, or no option of one, is refused', async () => {
  const strange = await bench('speed');
  assert.equal(strange.code, 1);
  assert.match(strange.output, /there is no bench "speed"/);
  const misspelt = await bench('rates', '--second', '1');
  assert.equal(misspelt.code, 1);
  assert.match(misspelt.output, /--second/);
});

test('rates and a series are measured on a real agent, by the own loader', async () => {
  const short = ['--seconds', '1', '--loader', 'own'];
  const [rates, growth] = await Promise.all([
    bench('rates', ...short, '--only', 'read', '--sync', 'write', '--connections', '2'),
    bench('growth', ...short, '--only', 'connections', '--sizes', '2,4'),
  ]);
  assert.equal(rates.code, 0, rates.output);
  assert.match(rates.output, /^\d+ × .*commit .*load /m, 'the machine is named');
  assert.match(rates.output, /^KV read, write +2 +0\.\d{3} +\d+ .* 0$/m, 'no answer was refused');
  assert.match(rates.output, /^start to the first answer .* ms +budget 300 ms: /m);
  assert.equal(growth.code, 0, growth.output);
  assert.match(growth.output, /^4 +0\.\d{3} .* 4$/m, 'all idle connections stay open');
  assert.match(growth.output, /^last \/ first .* 2\.00$/m);
});

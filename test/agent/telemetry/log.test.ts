import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { failure } from '../../../shared/errors/failure.ts';
import { type LogLevel, makeLog, type ProcessLog } from '../../../agent/telemetry/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'strongbox-log-'));
after(() => rmSync(folder, { recursive: true }));

function logged(level: LogLevel, use: (log: ProcessLog) => void): Record<string, unknown>[] {
  const file = join(folder, 'log');
  const descriptor = openSync(file, 'w');
  use(makeLog({ level, nodeId: 'n1', descriptor }));
  closeSync(descriptor);
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line is JSON with level, time, node, message and its fields', () => {
  const [line] = logged('info', (log) => log.info('unsealed', { request_id: 'r-1' }));
  assert.equal(line?.['level'], 'info');
  assert.equal(line?.['node'], 'n1');
  assert.equal(line?.['msg'], 'unsealed');
  assert.equal(line?.['request_id'], 'r-1');
  assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test('values of secret names are replaced at any depth, and bytes are never written', () => {
  const canary = 'hvs.canary';
  const lines = logged('info', (log) => {
    log.info('x', { token: canary, nested: [{ 'X-Vault-Token': canary, client_token: canary }] });
    log.info('x', { bytes: new TextEncoder().encode(canary), root_token: canary });
  });
  assert.equal(JSON.stringify(lines).includes(canary), false);
  assert.equal(lines[0]?.['token'], '[redacted]');
  assert.equal(lines[1]?.['bytes'], '[10 bytes]');
});

test('an error says its name, code and place, and its message only if that is ours', () => {
  const foreign = Object.assign(new SyntaxError('near "password": hunter2'), { code: 'EODD' });
  const [line] = logged('info', (log) => log.error('x', { error: foreign }));
  const told = line?.['error'] as Record<string, unknown>;
  assert.equal(told['name'], 'SyntaxError');
  assert.equal(told['code'], 'EODD');
  assert.match(String((told['stack'] as string[])[0]), /^at .*log\.test\.ts/);
  assert.equal(JSON.stringify(line).includes('hunter2'), false);
  const ours = failure('store.overloaded', {}, foreign);
  const [other] = logged('info', (log) => log.error('x', { error: ours }));
  assert.match(JSON.stringify(other), /Retry-After.*store\.overloaded.*SyntaxError/);
  assert.equal(JSON.stringify(other).includes('hunter2'), false);
});

test('a very deep field does not overflow the log', () => {
  let deep: Record<string, unknown> = {};
  for (let n = 0; n < 50_000; n += 1) deep = { deep };
  assert.equal(logged('info', (log) => log.warn('deep', deep)).length, 1);
});

test('the level can change while the process runs', () => {
  const lines = logged('warn', (log) => {
    log.info('not written');
    log.setLevel('debug');
    log.debug('written');
  });
  assert.deepEqual(
    lines.map((line) => line['msg']),
    ['written'],
  );
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { RawClient, requestText } from './listener-harness.ts';

const moduleUrl = (path: string): string =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../..', path)).href);

/** A listener whose handler finds a promise of our own code broken. */
const program = `
import { HttpListener } from ${moduleUrl('agent/http/http-listener.ts')};
import { assert } from ${moduleUrl('shared/assert.ts')};
const quiet = () => {};
const listener = new HttpListener({
  endpoint: { kind: 'tcp', host: '127.0.0.1', port: 0, tls: undefined },
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  handler: { handle: async () => assert(false, 'two and two are four') },
});
await listener.start();
console.log(listener.address);
`;

test('a broken promise of our own code is never answered: the process ends', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-assert-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'program.mts');
  writeFileSync(file, program);
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const ended = once(child, 'exit');
  const client = await RawClient.connect(line.toString().trim());
  client.write(requestText('GET /v1/a'));
  assert.equal(await client.closed(), '');
  const [code] = await ended;
  assert.notEqual(code, 0);
  assert.match(told, /assertion failed: two and two are four/);
});

import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { cleanScreenOutput } from '../../../../console/tui/terminal/stdout-proxy.ts';

class Output extends Writable {
  readonly chunks: unknown[] = [];
  readonly isTTY = true;
  columns = 80;

  constructor() {
    super({ decodeStrings: false });
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}

function proxyOf(): { readonly output: Output; readonly proxy: NodeJS.WriteStream } {
  const output = new Output();
  return { output, proxy: cleanScreenOutput(output as unknown as NodeJS.WriteStream) };
}

test('the alternate screen is cleared after entry, wiped before leaving, and reports its focus', () => {
  const { output, proxy } = proxyOf();
  proxy.write('a\u001b[?1049hb');
  proxy.write('a\u001b[?1049lb');
  assert.deepEqual(output.chunks, [
    'a\u001b[?1049h\u001b[2J\u001b[H\u001b[?1004hb',
    'a\u001b[?1004l\u001b[2J\u001b[H\u001b[?1049lb',
  ]);
});

test('everything else passes unchanged: other text, bytes, callback, properties', async () => {
  const { output, proxy } = proxyOf();
  const bytes = Buffer.from('\u001b[?1049h');
  await new Promise<void>((resolve) => {
    proxy.write('plain', 'utf8');
    proxy.write(bytes, () => resolve());
  });
  assert.deepEqual(output.chunks, ['plain', bytes]);
  assert.equal(proxy.isTTY, true);
  output.columns = 120;
  assert.equal(proxy.columns, 120);
  proxy.columns = 60;
  assert.equal(output.columns, 60);
  let resized = 0;
  proxy.on('resize', () => (resized += 1));
  output.emit('resize');
  assert.equal(resized, 1);
});

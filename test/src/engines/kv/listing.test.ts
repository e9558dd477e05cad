import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { metadataKey, versionKey } from '../../../../src/engines/kv/keys.ts';
import { listNames, scanNames } from '../../../../src/engines/kv/listing.ts';
import type { View, ViewPage } from '../../../../src/store/view.ts';

/**
 * A view over sorted keys that counts ranges and entries: large enough folders do not fit a test
 * through the store, and the store is not what is tested here.
 */
class CountingView implements View {
  ranges = 0;
  entriesRead = 0;
  readonly #keys: readonly string[];

  constructor(keys: readonly string[]) {
    this.#keys = [...keys].sort(compareBytes);
  }

  async range(
    prefix: string,
    options: { readonly after?: string; readonly limit: number },
  ): Promise<ViewPage> {
    this.ranges += 1;
    const start = this.#firstAfter(options.after ?? '');
    const wanted = this.#keys.slice(start, start + options.limit);
    const entries = wanted.filter((key) => key.startsWith(prefix));
    this.entriesRead += entries.length;
    const next = this.#keys[start + entries.length];
    const stored = { value: new Uint8Array(0), modRevision: 1, version: 1 };
    return {
      entries: entries.map((key) => ({ key, stored })),
      more: next?.startsWith(prefix) === true && entries.length > 0,
    };
  }

  #firstAfter(after: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareBytes(this.#keys[middle] ?? '', after) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  get = unused;
  getMany = unused;
  getDecoded = unused;
  put = unused;
  delete = unused;
  child = unused;
}

function unused(): never {
  throw new Error('a list only reads ranges');
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function keysOf(paths: Iterable<string>, versions: number): string[] {
  const keys: string[] = [];
  for (const path of paths) {
    keys.push(metadataKey(path));
    for (let version = 1; version <= versions; version += 1) keys.push(versionKey(path, version));
  }
  return keys;
}

const everything = { after: undefined, limit: undefined };

test('three sub-folders of 100,000 secrets each are listed in at most 10 ranges', async () => {
  const paths: string[] = [];
  for (const folder of ['a', 'b', 'c']) {
    for (let index = 0; index < 100_000; index += 1) paths.push(`top/${folder}/${index}`);
  }
  const view = new CountingView(keysOf(paths, 1));
  assert.deepEqual(await listNames(view, { folder: 'top', ...everything }), ['a/', 'b/', 'c/']);
  assert.ok(view.ranges <= 10, `${view.ranges} ranges`);
  assert.ok(view.entriesRead <= 200, `${view.entriesRead} entries`);
});

test('a folder of many secrets is read in large pages, versions and all', async () => {
  const paths = Array.from({ length: 20_000 }, (_, index) => `s/${index}`);
  const view = new CountingView(keysOf(paths, 3));
  const names = await listNames(view, { folder: 's/', ...everything });
  assert.equal(names.length, 20_000);
  assert.ok(view.ranges <= 85, `${view.ranges} ranges`);
});

test('a part of a large folder is read in as many entries as it has', async () => {
  const paths = Array.from({ length: 20_000 }, (_, index) => `s/${index}`);
  const view = new CountingView(keysOf(paths, 1));
  const names = await listNames(view, { folder: 's/', after: undefined, limit: 1_000 });
  assert.equal(names.length, 1_000);
  assert.deepEqual([view.ranges, view.entriesRead], [2, 2_000]);
});

test('a secret with all its versions costs one jump, not its versions', async () => {
  const view = new CountingView(keysOf(['a', 'b', 'c'], 100));
  assert.deepEqual(await listNames(view, { folder: '', ...everything }), ['a', 'b', 'c']);
  assert.ok(view.entriesRead <= 100, `${view.entriesRead} entries`);
});

const segment = fc.oneof(
  fc.constantFrom('a', 'b', 'a!', 'a0', 'a-', '__proto__', 'constructor', 'ﬀ', '\u{1f511}', '~'),
  fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme-ascii' }).map(clean),
);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

function clean(text: string): string {
  return text.replaceAll('/', '_');
}

function listedBy(paths: readonly string[], prefix: string): string[] {
  const names = paths
    .filter((candidate) => candidate.startsWith(prefix))
    .map((candidate) => /^[^/]*\/?/u.exec(candidate.slice(prefix.length))?.[0] ?? '');
  return [...new Set(names)].sort(compareBytes);
}

test('LIST and SCAN name exactly what is there, in byte order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(path, { maxLength: 40 }),
      fc.integer({ min: 0, max: 40 }),
      async (paths, versions) => {
        const view = new CountingView(keysOf(paths, versions));
        const folders = ['', ...paths.map((full) => `${full.split('/')[0]}/`)];
        for (const folder of new Set(folders)) {
          const listed = await listNames(view, { folder, ...everything });
          assert.deepEqual(listed, listedBy(paths, folder));
          const scanned = await scanNames(view, { folder, ...everything });
          const below = paths.filter((full) => full.startsWith(folder));
          const relative = below.map((full) => full.slice(folder.length));
          assert.deepEqual(scanned, relative.sort(compareBytes));
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('pages by after and limit join to the whole list', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(path, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (paths, limit) => {
        const view = new CountingView(keysOf(paths, 2));
        for (const read of [listNames, scanNames]) {
          const whole = await read(view, { folder: '', ...everything });
          const joined: string[] = [];
          for (;;) {
            const page = await read(view, { folder: '', after: joined.at(-1), limit });
            assert.ok(page.length <= limit);
            if (page.length === 0) break;
            joined.push(...page);
          }
          assert.deepEqual(joined, whole);
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('after need not exist, and may name a folder or a secret', async () => {
  const view = new CountingView(keysOf(['a', 'b', 'b/x', 'b/y', 'c'], 1));
  const from = (after: string) => listNames(view, { folder: '', after, limit: undefined });
  assert.deepEqual(await from('a'), ['b', 'b/', 'c']);
  assert.deepEqual(await from('aa'), ['b', 'b/', 'c']);
  assert.deepEqual(await from('b'), ['b/', 'c']);
  assert.deepEqual(await from('b/'), ['c']);
  assert.deepEqual(await from('b/x'), ['c']);
  assert.deepEqual(await from('zzz'), []);
  for (const wrong of ['a\u0000m', '\ud800', 'x'.repeat(401)]) {
    await assert.rejects(from(wrong), { code: 'request.field-invalid' });
  }
});

test('a list that would be too long is refused; asking for a part is the way out', async () => {
  const view = new CountingView(keysOf(['a', 'b', 'c'], 1));
  const refused = listNames(view, { folder: '', ...everything, namesMax: 2 });
  await assert.rejects(refused, { code: 'kv.list-too-long', status: 400 });
  const part = await listNames(view, { folder: '', after: undefined, limit: 2, namesMax: 2 });
  assert.deepEqual(part, ['a', 'b']);
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, sourceFiles } from './support/project.ts';

const sources = sourceFiles('agent', 'console', 'shared', 'src');
const limitFiles = sources.filter(({ path }) => /(?:^|\/)limits\.ts$/.test(path));

/** A unit is a plural (bytes, seconds, entries), or one of these. */
const unitsWithoutPlural = ['Ms', 'Depth', 'Nesting', 'Threshold', 'Columns', 'Percent'];

function namesUnit(name: string): boolean {
  const words = name.split(/(?=[A-Z])/);
  return words.some((word) => word.endsWith('s') || unitsWithoutPlural.includes(word));
}

for (const { path } of limitFiles) {
  test(`${path}: every limit is a positive number with its unit in its name`, async () => {
    const limits = (await import(join(root, path))) as Readonly<Record<string, unknown>>;
    assert.notDeepEqual(Object.keys(limits), []);
    for (const [name, value] of Object.entries(limits)) {
      assert.ok(namesUnit(name), `${name} does not say its unit`);
      assert.ok(typeof value === 'number' && Number.isFinite(value) && value > 0, name);
    }
  });

  test(`${path}: every limit is used`, async () => {
    const limits = (await import(join(root, path))) as Readonly<Record<string, unknown>>;
    const unused = Object.keys(limits).filter(
      (name) =>
        !sources.some((file) => file.path !== path && new RegExp(`\\b${name}\\b`).test(file.text)),
    );
    assert.deepEqual(unused, []);
  });
}

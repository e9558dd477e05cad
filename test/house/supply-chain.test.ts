import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { importsOf } from './support/imports.ts';
import { root, sourceFiles } from './support/project.ts';
import { isTaken } from './supply/licence.ts';
import { directNames, directPackage, manifest, packages } from './supply/lock.ts';
import { pagePath, renderPage, withScripts } from './supply/page.ts';
import {
  installScripts,
  licencesReadByHand,
  licencesTaken,
  licencesUnknown,
  reasons,
} from './supply/reasons.ts';

const inAlphabet = (names: Iterable<string>): readonly string[] => [...names].sort();

test('every version is exact, and the lock file holds just that one', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const asked = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  for (const [name, version] of asked) {
    assert.match(version, /^\d+\.\d+\.\d+$/u, `${name} is asked for as a range or a place`);
    assert.equal(directPackage(name)?.version, version, `${name} in the lock file`);
  }
});

test('every package of the lock file has a SHA-512 digest', () => {
  const without = packages.filter(
    ({ entry }) => !/^sha512-[A-Za-z0-9+/]{86}==$/u.test(entry.integrity ?? ''),
  );
  assert.deepEqual(without, []);
});

test('every direct dependency has its reason written down, and no other', () => {
  assert.deepEqual(inAlphabet(reasons.keys()), directNames());
  for (const [name, { why }] of reasons) assert.ok(why.length > 10, name);
});

test('a dependency is used by the rooms that its reason names', () => {
  for (const [name, { rooms }] of reasons) {
    const users = importersOf(name).filter((room) => room !== 'test' || isDevelopment(name));
    assert.deepEqual(inAlphabet(new Set(users)), inAlphabet(rooms), name);
  }
});

function importersOf(name: string): readonly string[] {
  return sourceFiles('agent', 'console', 'shared', 'src', 'test')
    .filter((file) =>
      importsOf(file).some(({ specifier: s }) => s === name || s.startsWith(`${name}/`)),
    )
    .map(({ path }) => path.slice(0, path.indexOf('/')));
}

function isDevelopment(name: string): boolean {
  return Object.hasOwn(manifest.devDependencies, name);
}

test('every package with an install script is known, and none runs by itself', () => {
  const found = withScripts().map(({ name }) => name);
  assert.deepEqual(inAlphabet(found), inAlphabet(installScripts.keys()));
  const allowed = Object.keys(manifest.allowScripts);
  assert.deepEqual(
    allowed.filter((name) => !installScripts.has(name)),
    [],
  );
  const installer = readFileSync(join(root, '.bin/support/dependencies.mjs'), 'utf8');
  assert.match(installer, /'ci', '--ignore-scripts'/u);
});

test('every licence of the tree is one that is taken, or named as unknown', () => {
  const others = packages.filter(({ name, version, licence }) => {
    if (licence === undefined) return !licencesUnknown.has(`${name}@${version}`);
    return !isTaken(licence, licencesTaken);
  });
  assert.deepEqual(
    others.map(({ name, version, licence }) => `${name}@${version}: ${licence}`),
    [],
  );
});

test('a licence is taken by what its expression says', () => {
  const taken = new Set(['MIT', 'ISC']);
  for (const good of ['MIT', 'GPL-3.0-only OR MIT', 'MIT AND ISC', 'GPL-2.0 OR MIT AND ISC']) {
    assert.ok(isTaken(good, taken), good);
  }
  for (const bad of ['GPL-3.0-only', 'MIT AND GPL-2.0', 'MIT WITH x', '', 'mit', 'UNLICENSED']) {
    assert.ok(!isTaken(bad, taken), bad);
  }
});

test('what was read by hand is of packages that are there', () => {
  const there = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const gone = [...licencesReadByHand.keys(), ...licencesUnknown.keys()].filter(
    (name) => !there.has(name),
  );
  assert.deepEqual(gone, []);
});

test(`${pagePath} says what is true now`, () => {
  const path = join(root, pagePath);
  const page = renderPage();
  if (process.env['STRONGBOX_REWRITE'] === '1') writeFileSync(path, page);
  assert.ok(existsSync(path));
  assert.equal(readFileSync(path, 'utf8'), page, 'STRONGBOX_REWRITE=1 writes it anew');
});

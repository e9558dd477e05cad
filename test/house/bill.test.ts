import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './support/project.ts';
import { type Bill, makeBill, purlOf } from './supply/bill.ts';
import { manifest, packages } from './supply/lock.ts';

function printed(...args: readonly string[]): string {
  const program = join(root, 'test/house/supply/main.ts');
  const result = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  assert.equal(result.status, 0, result.stderr);
  return result.stdout;
}

test('the bill is of the form that CycloneDX 1.6 asks for', () => {
  const bill = makeBill();
  assert.equal(bill.bomFormat, 'CycloneDX');
  assert.equal(bill.specVersion, '1.6');
  assert.equal(bill.metadata.component.type, 'application');
  assert.equal(bill.metadata.component.version, manifest.version);
  for (const component of bill.components) {
    assert.equal(component.type, 'library');
    assert.match(component.purl, /^pkg:npm\/(?:%40[a-z0-9~-][a-z0-9._~-]*\/)?[^@/]+@\d[\w.+-]*$/u);
    assert.ok(['required', 'optional', 'excluded'].includes(component.scope ?? ''));
    for (const { alg, content } of component.hashes ?? []) {
      assert.equal(alg, 'SHA-512');
      assert.match(content, /^[0-9a-f]{128}$/u);
    }
    assert.equal(component.hashes?.length, 1, component.purl);
  }
});

test('a reference names one component, and every arrow ends at one', () => {
  const { components, dependencies, metadata } = makeBill();
  const refs = [metadata.component, ...components].map((component) => component['bom-ref']);
  assert.equal(new Set(refs).size, refs.length);
  assert.deepEqual(
    dependencies.map(({ ref }) => ref),
    refs,
  );
  const known = new Set(refs);
  for (const { ref, dependsOn } of dependencies) {
    assert.equal(new Set(dependsOn).size, dependsOn.length, ref);
    for (const needed of dependsOn) assert.ok(known.has(needed), `${ref} needs ${needed}`);
  }
});

test('every package of the lock file is on the bill, and is reached from the product', () => {
  const bill = makeBill();
  const listed = bill.components.map(({ purl }) => purl);
  assert.deepEqual(new Set(listed), new Set(packages.map(purlOf)));
  assert.deepEqual(unreached(bill), []);
});

test('what ships needs nothing that only develops', () => {
  const bill = makeBill({ shippedOnly: true });
  const shipped = packages.filter(({ use }) => use === 'ships');
  assert.deepEqual(new Set(bill.components.map(({ purl }) => purl)), new Set(shipped.map(purlOf)));
  assert.ok(!bill.components.some(({ scope }) => scope === 'excluded'));
  assert.deepEqual(unreached(bill), []);
});

function unreached({ components, dependencies, metadata }: Bill): readonly string[] {
  const needs = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const found = new Set([metadata.component.purl]);
  for (const ref of found) for (const needed of needs.get(ref) ?? []) found.add(needed);
  return components.map(({ purl }) => purl).filter((purl) => !found.has(purl));
}

test('two prints are equal, and hold no place of a machine, no time and no registry', () => {
  const bill = printed();
  assert.equal(printed(), bill);
  assert.ok(!bill.includes(root), 'the folder of the project');
  assert.doesNotMatch(bill, /timestamp|serialNumber|"url"|registry\./u);
  assert.deepEqual(JSON.parse(bill), JSON.parse(JSON.stringify(makeBill())));
});

test('a stamped print has its time and a serial number', () => {
  const bill = JSON.parse(printed('--stamped', '--shipped')) as Bill;
  assert.match(bill.serialNumber ?? '', /^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u);
  assert.match(bill.metadata.timestamp ?? '', /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u);
});

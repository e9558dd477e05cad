import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_REGISTRY, type ErrorCode, errorSpec } from '../../shared/errors/registry.ts';
import { failureCalls } from './support/failure-calls.ts';
import { sourceFiles } from './support/project.ts';

const codes = Object.keys(ERROR_REGISTRY) as ErrorCode[];
const sources = sourceFiles('agent', 'console', 'shared', 'src');
const notAreas = new Set(['failure', 'registry', 'spec']);
const areaFiles = sources.filter(
  ({ path }) =>
    path.startsWith('shared/errors/') && !notAreas.has(path.slice('shared/errors/'.length, -3)),
);
const others = sources.filter(({ path }) => !path.startsWith('shared/errors/'));
const calls = others.flatMap(failureCalls);

/** Those of Vault's HTTP API, and what our transport needs (405, 408, 413-417, 421, 426, 431). */
const statuses = new Set([
  400, 403, 404, 405, 408, 412, 413, 414, 415, 417, 421, 426, 429, 431, 472, 473, 500, 501, 502,
  503,
]);

/** Texts in the multi-error shape of Go, which Vault's clients match. */
const isVaultText = (message: string): boolean => message.startsWith('1 error occurred:');

/** The codes written in an area's file, in order. */
function codesOf(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}'([\w.-]+)': \{/gm)].map((match) => match[1] ?? '');
}

function placeholders(code: string): readonly string[] {
  const { message } = errorSpec(code as ErrorCode);
  return [...message.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
}

test('every code of an area is in the registry, once', () => {
  const written = areaFiles.flatMap(({ text }) => codesOf(text));
  assert.deepEqual(
    written.toSorted(),
    codes.toSorted(),
    'an area that is not joined in registry.ts, or two entries of one code',
  );
});

test('codes are area.what-happened, and an area is one file', () => {
  const homes = new Map<string, string>();
  for (const { path, text } of areaFiles) {
    for (const code of codesOf(text)) {
      assert.match(code, /^[a-z]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$/, path);
      const area = code.slice(0, code.indexOf('.'));
      assert.equal(homes.get(area) ?? path, path, `area ${area} stands in two files`);
      homes.set(area, path);
    }
  }
});

test('statuses, exit codes and messages are what clients can rely on', () => {
  for (const code of codes) {
    const { status, exit, message } = errorSpec(code);
    assert.ok(statuses.has(status), `${code}: status ${status}`);
    assert.ok([1, 2, 3].includes(exit), `${code}: exit ${exit}`);
    if (isVaultText(message)) continue;
    assert.equal(message, message.trim(), `${code}: blanks around the message`);
    assert.ok(!/[\r\n]/.test(message), `${code}: a message is one line`);
  }
});

test('every error is thrown somewhere', () => {
  const unused = codes.filter((code) => !others.some(({ text }) => text.includes(`'${code}'`)));
  assert.deepEqual(unused, []);
});

test('whoever throws an error fills its message', () => {
  assert.ok(calls.length > 0);
  const unfilled = calls.flatMap(({ path, line, code, parameters }) => {
    if (parameters === undefined) return [];
    const missing = placeholders(code).filter((name) => !parameters.includes(name));
    return missing.map((name) => `${path}:${line}: ${code} needs ${name}`);
  });
  assert.deepEqual(unfilled, []);
});

/** Faults of others that a look at the text can rule out here, each named after its advisory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf } from './support/imports.ts';
import { projectFiles, type ProjectFile, sourceFiles } from './support/project.ts';

const rooms = sourceFiles('agent', 'console', 'shared', 'src');
const served = sourceFiles('agent', 'shared', 'src');

/** The code of a file without its comments, so that a warning of a thing is not the thing. */
function codeOf({ text }: ProjectFile): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//gu, '').replaceAll(/(?:^|\s)\/\/.*$/gmu, '');
}

/** Lines of the files that a pattern is found in, with their file. */
function findings(files: readonly ProjectFile[], pattern: RegExp): string[] {
  return files.flatMap((file) =>
    codeOf(file)
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${file.path}: ${line.trim()}`),
  );
}

test('CVE-2023-25000: no array of the share arithmetic is indexed by a secret byte', () => {
  const file = rooms.find(({ path }) => path === 'src/seal/shamir.ts');
  assert.ok(file !== undefined);
  const code = codeOf(file);
  const counters = new Set(Array.from(code.matchAll(/for \(let (\w+) = /gu), ([, name]) => name));
  const indices = Array.from(code.matchAll(/[\w)\]]\??\.?\[([^\]]+)\]/gu), ([, index]) => index);
  assert.ok(indices.length >= 5, 'the accesses were found');
  for (const index of indices) {
    assert.ok(/^\d+$/u.test(index ?? '') || counters.has(index), `indexed by ${index}`);
  }
  // A counter is public as long as nothing but its loop moves it.
  for (const counter of counters) {
    const moved = code.matchAll(new RegExp(`\\b${counter} (?:[+\\-^|&]?=) (.*?)[;)]`, 'gu'));
    for (const [whole, step] of moved) {
      assert.match(step ?? '', /^(?:\d+|length|coefficients\.length)(?:;|$)/u, whole);
    }
  }
  assert.doesNotMatch(code, /\b(?:log|exp|table)s?\b/iu, 'there is no table');
});

test('GHSA-c7x2-6g4j-327p, GHSA-34fc-gh42-pj53: secrets are compared in constant time, at one door', () => {
  const doors = findings(rooms, /timingSafeEqual/u).map((line) => line.split(':')[0]);
  assert.deepEqual(
    new Set(doors),
    new Set(['src/crypto/compare.ts', 'console/secret-entry/read-jobs.ts']),
  );
  const named = '(?:token|share|secret|password|accessor|mac|tag|hash|commitment|otp|pad)';
  const compared = new RegExp(`\\b${named}(?:Bytes|Text)? (?:===|!==) \\w*${named}\\b`, 'iu');
  assert.deepEqual(findings(served, compared), []);
});

test('CVE-2021-27400: no connection goes out without its peer being verified', () => {
  const off = /rejectUnauthorized: *false|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity/u;
  const allowed = ['console/client/'];
  const found = findings(rooms, off).filter((line) => !allowed.some((at) => line.startsWith(at)));
  assert.deepEqual(found, []);
  assert.deepEqual(findings(rooms, /rejectUnauthorized: *false|TLS_REJECT_UNAUTHORIZED/u), []);
});

test('CVE-2025-49828: nothing that is stored or sent is ever run as code', () => {
  const run = /\beval\(|new Function\(|node:vm|\bdeserialize\(|node:repl|\bruncInContext\b/u;
  assert.deepEqual(findings(rooms, run), []);
  const product = projectFiles().find(({ path }) => path === '.bin/support/product.mjs');
  for (const flag of ['--disallow-code-generation-from-strings', '--disable-proto=delete']) {
    assert.ok(product?.text.includes(flag), `the launcher gives ${flag}`);
  }
});

// Also CVE-2022-30321, CVE-2022-30322, CVE-2022-30323, CVE-2024-3817, CVE-2024-6257, CVE-2025-8959.
test('CVE-2022-26945, CVE-2026-4660: the agent fetches nothing by an address that somebody gives', () => {
  assert.deepEqual(findings(served, /(?<![\w#.])fetch\(|\bnew (?:WebSocket|EventSource)\(/u), []);
  const clients = ['node:https', 'node:http2', 'node:dns', 'undici'];
  const imported = served.flatMap((file) =>
    importsOf(file)
      .filter(({ specifier, onlyTypes }) => !onlyTypes && clients.includes(specifier))
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
  );
  assert.deepEqual(imported, []);
  const asking = findings(
    served,
    /import \{[^}]*\b(?:request|get|Agent)\b[^}]*\} from 'node:http'/u,
  );
  assert.deepEqual(asking, []);
});

test('ciphers are made and opened at one door, whose tags are whole', () => {
  const users = findings(rooms, /\bcreate(?:De)?[cC]ipheriv\b/u).map((line) => line.split(':')[0]);
  assert.deepEqual(new Set(users), new Set(['src/crypto/aes-gcm.ts']));
});

test('CVE-2018-16886: no client certificate is asked for by the API, so none can be a user', () => {
  const edge = sourceFiles('agent/http', 'agent/tls');
  assert.ok(edge.length > 10, 'the files were found');
  assert.deepEqual(findings(edge, /requestCert|getPeerCertificate\(\)\.subject/u), []);
});

test('CVE-2025-27209, CVE-2026-21717: no Node with a hash that can be flooded runs the product', () => {
  const chooser = projectFiles().find(({ path }) => path === '.bin/support/node.mjs');
  const [, least] = /nodeVersionMin = \[([\d, ]+)\]/u.exec(chooser?.text ?? '') ?? [];
  const [major = 0, minor = 0, patch = 0] = (least ?? '').split(',').map(Number);
  assert.ok(major * 1e6 + minor * 1e3 + patch >= 24_014_001, `Node ${least} is let in`);
});

/** agent.yaml (F-46). */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadConfig } from '../../../agent/config/load-config.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { type AtEnd, damaged, type Target, textOf } from '../target.ts';

const pieces = [
  'node',
  'listen',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '\n',
  '  ',
  '&a',
  '*a',
  '!!x',
  '"',
  "'",
  '|',
  '>',
  '---',
  '#',
  '0660',
  '\t',
  '%',
  '? ',
  'é',
  '\0',
];

/** None of these texts says enough to be a configuration. */
export const meaninglessYaml = textOf(pieces, 60);

const sample = `node: { id: node-1, data: ./data }
listen:
  - { address: "127.0.0.1:8200", tls: auto }
  - { socket: ./run/strongbox.sock, mode: "0660", group: apps }
audit:
  - { type: file, path: ./audit/audit.log, sync: always, rotate: { bytes: 256MiB, keep: 30 } }
limits: { requestBytes: 1MiB }
`;

function damagedFiles(end: AtEnd): fc.IRawProperty<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-fuzz-'));
  end.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'agent.yaml');
  const text = fc.oneof(damaged(Buffer.from(sample)), meaninglessYaml.map(asBytes));
  return fc.property(text, ({ bytes }) => {
    writeFileSync(file, bytes);
    const lines = Buffer.from(bytes).toString().split('\n').length;
    try {
      const config = loadConfig(file);
      assert.ok(config.listen.length > 0 && config.audit.length > 0);
    } catch (error) {
      assert.ok(error instanceof StrongBoxError, String(error));
      assert.equal(error.code, 'config.invalid');
      const line = Number(error.parameters['line']);
      assert.ok(line >= 1 && line <= lines, `line ${line} of ${lines}`);
    }
  });
}

function asBytes(text: string): { readonly bytes: Uint8Array } {
  return { bytes: Buffer.from(text) };
}

export const configTargets: readonly Target[] = [
  {
    name: 'config/damaged',
    claim: 'a file is read, or refused with a line that it has',
    testRuns: 500,
    prepare: damagedFiles,
  },
];

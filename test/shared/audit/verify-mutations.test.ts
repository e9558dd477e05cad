/**
 * F-14 (without witnesses): every one of many random changes to a log is found. 10,000
 * of them, or as many as STRONGBOX_AUDIT_MUTATIONS says.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SeededRandom } from '../../support/seeded-random.ts';
import { type NamedFile, verifyFiles } from '../../src/audit/support/bench-trail.ts';
import { bytesOf, edited, linesIn, relinked } from './kit/damage.ts';
import { goodLog } from './kit/good-log.ts';

const count = Number(process.env['STRONGBOX_AUDIT_MUTATIONS'] ?? 10_000);
const random = new SeededRandom('audit mutations');
const { files, kept } = await goodLog();
const log: NamedFile = {
  name: 'audit.log',
  // The last two files, so that one run takes a millisecond: 66 lines, three of them signed.
  bytes: bytesOf(files.slice(1).flatMap(({ bytes }) => linesIn(bytes))),
};
const lines = linesIn(log.bytes);

function below(limit: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % limit;
}

interface Mutation {
  readonly name: string;
  /** The changed bytes, and the first line that is no longer what it was. */
  run(): { readonly bytes: Uint8Array; readonly line: number };
}

const lineOfByte = (at: number): number =>
  log.bytes.slice(0, at).filter((byte) => byte === 0x0a).length;

const mutations: readonly Mutation[] = [
  {
    name: 'one byte changed',
    run: () => {
      const at = below(log.bytes.length);
      const bytes = Uint8Array.from(log.bytes);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + below(255));
      return { bytes, line: lineOfByte(at) };
    },
  },
  {
    name: 'some bytes removed',
    run: () => {
      const at = below(log.bytes.length - 50);
      const length = 1 + below(50);
      const rest = log.bytes.slice(at + length);
      return { bytes: Buffer.concat([log.bytes.slice(0, at), rest]), line: lineOfByte(at) };
    },
  },
  {
    name: 'some bytes inserted',
    run: () => {
      const at = below(log.bytes.length);
      const more = random.bytes(1 + below(50));
      const bytes = Buffer.concat([log.bytes.slice(0, at), more, log.bytes.slice(at)]);
      return { bytes, line: lineOfByte(at) };
    },
  },
  {
    name: 'cut',
    run: () => {
      const at = below(log.bytes.length);
      return { bytes: log.bytes.slice(0, at), line: lineOfByte(at) };
    },
  },
  {
    name: 'lines removed',
    run: () => {
      const line = below(lines.length);
      return { bytes: bytesOf(lines.toSpliced(line, 1 + below(5))), line };
    },
  },
  {
    name: 'a line repeated elsewhere',
    run: () => {
      const line = below(lines.length + 1);
      return { bytes: bytesOf(lines.toSpliced(line, 0, lines[below(lines.length)] ?? '')), line };
    },
  },
  {
    name: 'two lines swapped',
    run: () => {
      const [left, right] = [below(lines.length), below(lines.length)];
      const swapped = lines.with(left, lines[right] ?? '').with(right, lines[left] ?? '');
      return { bytes: bytesOf(swapped), line: Math.min(left, right) };
    },
  },
  {
    name: 'a record changed and everything relinked',
    run: () => {
      const line = 1 + below(lines.length - 1);
      const index = Number(/^\{"index":(\d+)/.exec(lines[line] ?? '')?.[1]);
      return { bytes: bytesOf(relinked(edited(lines, index))), line };
    },
  },
  {
    name: 'a record removed and everything relinked',
    run: () => {
      const line = 1 + below(lines.length - 1);
      return { bytes: bytesOf(relinked(lines.toSpliced(line, 1))), line };
    },
  },
];

for (const withAuditKey of [true, false]) {
  test(`F-14: ${count / 2} random changes are all found ${withAuditKey ? 'with' : 'without'} the audit key`, () => {
    for (let run = 0; run < count / 2; run += 1) {
      const mutation = mutations[run % mutations.length] as Mutation;
      const { bytes, line } = mutation.run();
      if (Buffer.compare(bytes, log.bytes) === 0) continue;
      const report = verifyFiles([{ ...log, bytes }], { withAuditKey, kept });
      const where = `${mutation.name} in line ${line}, run ${run}: ${report.sentence}`;
      assert.equal(report.ok, false, where);
      assert.notEqual(report.firstBad, undefined, where);
      if (report.firstBad?.index === undefined) {
        assert.equal(line, 0, where);
        continue;
      }
      const found = report.firstBad.index - 303;
      assert.ok(found >= line || line === 0, `named too early: ${where}`);
      const exact = withAuditKey && !mutation.name.includes('removed and everything');
      if (exact) assert.ok(found <= line + 1, `named too late: ${where}`);
    }
  });
}

test('the log that is changed is good itself, or finding changes would mean nothing', () => {
  assert.equal(verifyFiles([log], { kept }).ok, true);
});

/** The verifier of audit logs, given logs that somebody has damaged (F-14). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bytesOf, linesIn } from '../../shared/audit/kit/damage.ts';
import { goodLog } from '../../shared/audit/kit/good-log.ts';
import { type NamedFile, verifyFiles } from '../../src/audit/support/bench-trail.ts';
import { damaged, type Target } from '../target.ts';

/** The last two files of the kit's log as one, so that one run takes a millisecond. */
async function makeLog(): Promise<{ readonly log: NamedFile; readonly kept: Uint8Array }> {
  const { files, kept } = await goodLog();
  const lines = files.slice(1).flatMap(({ bytes }) => linesIn(bytes));
  return { log: { name: 'audit.log', bytes: bytesOf(lines) }, kept };
}

async function damagedLogs(): Promise<fc.IRawProperty<unknown>> {
  const { log, kept } = await makeLog();
  assert.equal(verifyFiles([log], { kept }).ok, true, 'the log is good before');
  return fc.property(
    damaged(log.bytes),
    fc.boolean(),
    fc.integer({ min: 1, max: 5_000 }),
    ({ bytes, firstChange }, withAuditKey, chunkBytes) => {
      const report = verifyFiles([{ ...log, bytes }], { withAuditKey, kept, chunkBytes });
      const isSame = Buffer.compare(bytes, log.bytes) === 0;
      assert.equal(report.ok, isSame, `byte ${firstChange}: ${report.sentence}`);
      assert.equal(report.firstBad === undefined, isSame);
    },
  );
}

async function anyLogs(): Promise<fc.IRawProperty<unknown>> {
  const { log } = await makeLog();
  const pieces = linesIn(log.bytes).map((line) => `${line}\n`);
  const piece = fc.oneof(
    fc.constantFrom(...pieces),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('\n', '{"index":', '{"index":303,"prev":"', ',"mac":"', '"}', '\0'),
  );
  const file = fc.array(piece, { maxLength: 12 }).map((all) => Buffer.from(all.join('')));
  return fc.property(fc.array(file, { maxLength: 3 }), (files) => {
    const named = files.map((bytes, at) => ({ name: `audit.log.${at}`, bytes }));
    const { ok, firstBad, sentence } = verifyFiles(named);
    assert.equal(ok, firstBad === undefined);
    assert.ok(sentence.length > 0);
  });
}

export const auditTargets: readonly Target[] = [
  {
    name: 'audit/damaged',
    claim: 'a log with any change is found, one without is good, wherever chunks are cut',
    testRuns: 300,
    prepare: damagedLogs,
  },
  {
    name: 'audit/any-lines',
    claim: 'any files get a report and a sentence',
    testRuns: 300,
    prepare: anyLogs,
  },
];

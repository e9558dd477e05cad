/** What must hold of the two logs of `appender.ts` after whatever end it had. */
import assert from 'node:assert/strict';
import { auditFiles, textOf, verifyReal } from './real-trail.ts';

/** A log by itself, and with the first one both as a set, which holds every acknowledged record. */
export async function checkLogs(
  folder: string,
  name: string,
  acknowledged: readonly number[],
): Promise<void> {
  const report = await verifyReal(folder, await auditFiles(folder, name));
  // Alone, a device may lack what only the other one had got when the process died.
  const lacks = report.firstBad?.what.kind;
  assert.ok(report.ok || lacks === 'kept-lost' || lacks === 'gap', report.sentence);
  if (name !== 'audit.log') return;
  const both = `${await wholeText(folder, name)}${await wholeText(folder, 'second.log')}`;
  const numbers = new Set([...both.matchAll(/"number":(\d+)/g)].map((match) => Number(match[1])));
  assert.deepEqual(
    acknowledged.filter((number) => !numbers.has(number)),
    [],
  );
  const names = [...(await auditFiles(folder)), ...(await auditFiles(folder, 'second.log'))];
  const set = await verifyReal(folder, names);
  assert.equal(set.ok, true, set.sentence);
}

/** A log with the files that it was rotated to, from the first record on. */
export async function wholeText(folder: string, name: string): Promise<string> {
  const names = await auditFiles(folder, name);
  return (await Promise.all(names.map((one) => textOf(folder, one)))).join('');
}

/**
 * The test runner behind `npm test`: every test file in a process of its own, two at a time.
 * Arguments are files or folders to run instead of everything. STRONGBOX_CI_NO_SKIP=1 (set by
 * .ci/run, where everything a test needs is installed) makes a skipped test a failed one.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { discover, missingPaths, programOf } from './runner/discover.ts';
import { RunReport } from './runner/report.ts';
import { runFile } from './runner/run-file.ts';

const filesAtOnce = 2;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

async function runTests(paths: readonly string[]): Promise<0 | 1> {
  const report = new RunReport(process.env['STRONGBOX_CI_NO_SKIP'] === '1', (text) =>
    process.stdout.write(text),
  );
  const files = discover(root, paths);
  for (const path of missingPaths(paths)) process.stdout.write(`there is no ${path}\n`);
  if (files.length === 0 || missingPaths(paths).length > 0) {
    process.stdout.write('no test to run\n');
    report.totals.failed += 1;
    return report.close();
  }
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      report.add(await runFile({ file, program: programOf(file), folder: root }));
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, work));
  return report.close();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Through exit(), so that the process groups of running files are ended too.
  process.once(signal, () => process.exit(1));
}
process.exitCode = await runTests(process.argv.slice(2));

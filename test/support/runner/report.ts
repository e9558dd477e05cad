/** What a person reads: a line for each file, every failure in full, and one closing line. */
import { styleText } from 'node:util';
import { isAbsence } from '../beside-the-project.ts';
import type { SkipRecord, TestRecord } from './record.ts';
import type { FileOutcome } from './run-file.ts';

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Collects the outcomes of a run. With `failSkipped`, a skipped test counts as a failed one, unless
 * it was skipped for want of data that is not part of the project.
 */
export class RunReport {
  readonly totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  readonly #failSkipped: boolean;
  readonly #write: (text: string) => void;
  readonly #failures: string[] = [];

  constructor(failSkipped: boolean, write: (text: string) => void) {
    this.#failSkipped = failSkipped;
    this.#write = write;
  }

  /** Prints a file's line, and its failures if it has any. */
  add(outcome: FileOutcome): void {
    const failures = this.#failuresOf(outcome);
    const skips = outcome.records.filter((record) => record.kind === 'skip');
    const allowedSkips = skips.filter((skip) => !this.#isFailure(skip));
    const passed = outcome.records.filter((record) => record.kind === 'pass').length;
    this.totals.passed += passed;
    this.totals.failed += failures.length;
    this.totals.skipped += allowedSkips.length;
    this.#failures.push(...failures.map((failure) => `${outcome.file}: ${failure.title}`));
    const verdict = failures.length === 0 ? styleText('green', 'ok  ') : styleText('red', 'FAIL');
    const seconds = (outcome.durationMs / 1000).toFixed(1);
    this.#write(`${verdict} ${outcome.file} (${passed} passed, ${seconds} s)\n`);
    for (const skip of skips) this.#write(`     skipped: ${titleOf(skip)}: ${skip.reason}\n`);
    for (const failure of failures) this.#write(`\n${failure.title}\n${failure.detail}\n`);
    if (failures.length > 0 && outcome.output !== '') {
      this.#write(`${styleText('dim', `what ${outcome.file} printed:`)}\n${outcome.output}\n`);
    }
  }

  /** Prints the failures once more by name, and the closing line; returns the exit code. */
  close(): 0 | 1 {
    const { passed, failed, skipped } = this.totals;
    if (failed > 0) this.#write('\nFailed:\n');
    for (const failure of this.#failures) this.#write(`  ${failure}\n`);
    this.#write(`strongbox: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    return failed === 0 ? 0 : 1;
  }

  #failuresOf(outcome: FileOutcome): Failure[] {
    const failures: Failure[] = [];
    for (const record of outcome.records) {
      if (record.kind === 'fail') failures.push({ title: titleOf(record), detail: record.detail });
      if (record.kind === 'skip' && this.#isFailure(record)) {
        failures.push({ title: titleOf(record), detail: `skipped here: ${record.reason}` });
      }
    }
    if (outcome.problem !== undefined) failures.push({ title: outcome.problem, detail: '' });
    return failures;
  }

  #isFailure(skip: SkipRecord): boolean {
    return this.#failSkipped && !isAbsence(skip.reason);
  }
}

interface Failure {
  readonly title: string;
  readonly detail: string;
}

function titleOf(record: Exclude<TestRecord, { kind: 'end' }>): string {
  return record.names.join(' > ');
}

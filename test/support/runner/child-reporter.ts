/**
 * Reporter of one test process (`node --test-reporter`): turns node:test's events into records for
 * the runner. It writes to its own descriptor, so that whatever a test prints stays apart.
 */
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { recordDescriptor, type TestRecord } from './record.ts';

interface TestEvent {
  readonly type: string;
  readonly data: {
    readonly name: string;
    readonly nesting: number;
    readonly skip?: string | boolean;
    readonly todo?: string | boolean;
    readonly details?: { readonly type?: string; readonly error?: Error };
  };
}

/** node:test asks for a default export; the one place in the project that has it. */
export default async function* childReporter(
  source: AsyncIterable<TestEvent>,
): AsyncGenerator<string> {
  const open: string[] = [];
  for await (const event of source) {
    if (event.type === 'test:start') {
      open.length = event.data.nesting;
      open.push(event.data.name);
    }
    const record = recordOf(event, open);
    if (record !== undefined) writeSync(recordDescriptor, `${JSON.stringify(record)}\n`);
  }
  const end: TestRecord = { kind: 'end' };
  writeSync(recordDescriptor, `${JSON.stringify(end)}\n`);
  yield '';
}

function recordOf(event: TestEvent, open: readonly string[]): TestRecord | undefined {
  const { data } = event;
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined;
  const names = [...open.slice(0, data.nesting), data.name];
  const { details } = data;
  if (data.skip !== undefined) return { kind: 'skip', names, reason: reasonOf(data.skip) };
  // An unfinished test is one that does not count: it is shown as skipped.
  if (data.todo !== undefined) return { kind: 'skip', names, reason: reasonOf(data.todo) };
  if (event.type === 'test:fail') {
    if (isOnlyParent(details?.error)) return undefined;
    return { kind: 'fail', names, detail: detailOf(details?.error) };
  }
  return details?.type === 'suite' ? undefined : { kind: 'pass', names };
}

/** A test that failed only because a test inside it did is told once, by the inner one. */
function isOnlyParent(error: Error | undefined): boolean {
  return error !== undefined && 'failureType' in error && error.failureType === 'subtestsFailed';
}

/** The error with its causes and properties; frames inside Node say nothing about the test. */
function detailOf(error: Error | undefined): string {
  const cause = error?.cause ?? error;
  const isAssertion = cause instanceof Error && cause.name === 'AssertionError';
  const text = isAssertion ? (cause.stack ?? cause.message) : inspect(cause, { depth: 6 });
  const isInside = (line: string): boolean => /^\s+at .*\(?node:/.test(line);
  return text
    .split('\n')
    .filter((line) => !isInside(line))
    .join('\n');
}

function reasonOf(value: string | boolean): string {
  return typeof value === 'string' && value !== '' ? value : 'no reason given';
}

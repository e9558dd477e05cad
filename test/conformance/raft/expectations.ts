/** Files of expectations: each command's print is compared byte for byte. */
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, parseCommands } from './data-driven.ts';

/** Runs the commands of one file, in order; gives what each prints. */
export type Run = (command: Command) => string;

export function expectationFiles(folder: string): readonly string[] {
  return globSync('*.txt', { cwd: folder }).sort();
}

/** Runs a file; the first command that prints something else ends it. */
export function assertExpectations(folder: string, file: string, run: Run): void {
  const commands = parseCommands(readFileSync(join(folder, file), 'utf8'));
  assert.ok(commands.length > 0, `${file} holds commands`);
  for (const command of commands) {
    const actual = run(command);
    if (actual === command.expected) continue;
    // Tells a change of wording from a change of behaviour.
    const isWording = withoutLog(actual) === withoutLog(command.expected);
    const place = `${file}, line ${command.line}: ${command.name}`;
    assert.equal(actual, command.expected, isWording ? `${place} (log lines only)` : place);
  }
}

/** Puts what each command prints now in the place of what was expected. */
export function rewriteExpectations(folder: string, file: string, run: Run): void {
  const text = readFileSync(join(folder, file), 'utf8');
  const lines = text.split('\n');
  // From the end, so that the places of earlier expectations stay right.
  const printed = parseCommands(text).map((command) => ({ ...command, actual: run(command) }));
  for (const { actual, expectedFrom, expectedTo } of printed.reverse()) {
    const fresh = actual.replace(/\n$/, '').split('\n');
    assert.ok(!fresh.includes(''), 'no expectation holds an empty line');
    lines.splice(expectedFrom, expectedTo - expectedFrom, ...fresh);
  }
  writeFileSync(join(folder, file), lines.join('\n'));
}

function withoutLog(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s*(?:DEBUG|INFO|WARN|ERROR) /.test(line));
  const rest = lines.join('\n');
  return rest === '' ? 'ok\n' : rest;
}

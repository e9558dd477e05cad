/** Files of expectations: each command's print is compared byte for byte. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
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

function withoutLog(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s*(?:DEBUG|INFO|WARN|ERROR) /.test(line));
  const rest = lines.join('\n');
  return rest === '' ? 'ok\n' : rest;
}

/**
 * The grammar of data-driven tests (github.com/cockroachdb/datadriven): a file of commands, each
 * with what it is expected to print.
 *
 *   command arg key=value key=(a, b)
 *   input lines
 *   ----
 *   expected lines, up to a blank one
 *
 * Lines that begin with # between commands are comments.
 */
import assert from 'node:assert/strict';

export interface Argument {
  readonly key: string;
  readonly values: readonly string[];
}

export interface Command {
  readonly name: string;
  readonly args: readonly Argument[];
  /** The lines between the command and its `----`, trimmed. */
  readonly input: string;
  readonly expected: string;
  /** Line of the command, from 1. */
  readonly line: number;
  /** Lines of the expectation: from `expectedFrom` up to, not including, `expectedTo`, from 0. */
  readonly expectedFrom: number;
  readonly expectedTo: number;
}

const separator = '----';

export function parseCommands(text: string): readonly Command[] {
  const lines = text.split('\n');
  const commands: Command[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || line.trim().startsWith('#')) {
      at += 1;
      continue;
    }
    const command = parseCommand(lines, at);
    commands.push(command);
    at = command.expectedTo;
  }
  return commands;
}

function parseCommand(lines: readonly string[], start: number): Command {
  const end = lines.indexOf(separator, start);
  assert.notEqual(end, -1, `line ${start + 1}: a command without ${separator}`);
  const blank = lines.indexOf('', end);
  const expectedTo = blank === -1 ? lines.length : blank;
  const expected = lines.slice(end + 1, expectedTo);
  const [name, ...args] = splitOutsideParentheses(lines[start] ?? '', /\s/);
  assert.ok(name !== undefined, `line ${start + 1}: a command has a name`);
  return {
    name,
    args: args.map(parseArgument),
    input: lines
      .slice(start + 1, end)
      .join('\n')
      .trim(),
    expected: expected.map((line) => `${line}\n`).join(''),
    line: start + 1,
    expectedFrom: end + 1,
    expectedTo,
  };
}

function parseArgument(text: string): Argument {
  const equals = text.indexOf('=');
  if (equals === -1) return { key: text, values: [] };
  const value = text.slice(equals + 1);
  const values = /^\(.*\)$/.test(value)
    ? splitOutsideParentheses(value.slice(1, -1), /,/)
    : [value];
  return { key: text.slice(0, equals), values };
}

function splitOutsideParentheses(text: string, separators: RegExp): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth === 0 && separators.test(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** A command's values of one key; none if it is not there. */
export function valuesOf(command: Command, key: string): readonly string[] {
  return command.args.filter((arg) => arg.key === key).flatMap(({ values }) => values);
}

/** A command's arguments that stand for themselves. */
export function plainArguments(command: Command): readonly string[] {
  return command.args.filter(({ values }) => values.length === 0).map(({ key }) => key);
}

/** The same, where they are numbers. */
export function plainNumbers(command: Command): readonly number[] {
  return plainArguments(command).map(toNumber);
}

export function toNumber(text: string): number {
  assert.match(text, /^\d+$/, `${text} is a number`);
  return Number(text);
}

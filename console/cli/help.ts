import type { Command } from './command.ts';
import type { FlagSpecs } from './flag-specs.ts';
import { connectionFlags, outputFlags } from './common-flags.ts';
import { type CommandEntry, commandEntries, groupSummaries } from './commands.ts';

/** Help texts, drawn from the data that the parser reads. */

/** Help of one command. */
export function commandHelp(entry: CommandEntry, command: Command): string {
  const usage = ['strongbox', entry.name, command.arguments].filter((part) => part !== '');
  const { description = '' } = command;
  const sentence = `${entry.summary}. ${description}`.trim();
  return [
    `Usage: ${usage.join(' ')} [flags]\n`,
    `${wrap(sentence, 0)}\n`,
    block('Arguments', Object.entries(command.argumentTexts ?? {})),
    block('Flags', flagRows(command.flags)),
    block('Output', flagRows(outputFlags)),
    command.online === false ? '' : block('Connection', flagRows(connectionFlags)),
    block(
      'Examples',
      command.examples.map(([line, meaning]) => [`strongbox ${line}`, meaning]),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Help of a group (`kv`), or of everything (the empty name). */
export function groupHelp(group: string): string {
  const prefix = group === '' ? '' : `${group} `;
  const below = commandEntries.filter((entry) => entry.name.startsWith(prefix));
  const rows = below.map((entry): [string, string] => [entry.name, entry.summary]);
  const summary = groupSummaries.get(group) ?? '';
  const target = prefix === '' ? '' : `${group} `;
  return [
    `Usage: strongbox ${target}COMMAND [arguments] [flags]\n`,
    `${wrap(`${summary}.`, 0)}\n`,
    block('Commands', rows),
    'Every command has --help. Exit codes: 0 done, 1 local error, 2 refused or\n' +
      'sealed, 3 bad audit record.\n',
  ].join('\n');
}

function flagRows(specs: FlagSpecs): [string, string][] {
  return Object.entries(specs).map(([name, spec]) => {
    const value = { switch: '', count: ' NUMBER', text: ' TEXT', texts: ' TEXT' }[spec.type];
    const choices = spec.choices?.join('|') ?? '';
    // Many choices do not fit beside the flag: they stand behind what it is about.
    const isLong = choices.length > choicesColumnsMax;
    const shown = choices === '' ? value : ` ${isLong ? 'NAME' : choices}`;
    const all = isLong ? `: ${spec.choices?.join(', ')}` : '';
    const repeat = spec.type === 'texts' ? ' (may be repeated)' : '';
    return [`--${name}${shown}`, `${spec.description}${all}${repeat}`];
  });
}

/** A terminal at three in the morning has this many columns. */
const columns = 80;
/** Left parts up to this width have their text beside them; others have it below. */
const leftColumnsMax = 34;

/** Choices of a flag that are written beside it. */
const choicesColumnsMax = 40;

/** Rows of a word and its meaning under a title. */
function block(title: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return '';
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) =>
    width <= leftColumnsMax
      ? `  ${left.padEnd(width)}  ${wrap(right, width + 4)}`
      : `  ${left}\n      ${wrap(right, 6)}`,
  );
  return `${title}:\n${lines.join('\n')}\n`;
}

/** Breaks a text at spaces; lines after the first are indented. */
function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${' '.repeat(indent)}`);
}

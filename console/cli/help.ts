import type { Command, FlagSpecs } from './command.ts';
import { connectionFlags, outputFlags } from './common-flags.ts';
import { type CommandEntry, commandEntries, groupSummaries } from './commands.ts';

/** Help texts, drawn from the data that the parser reads. */

/** Help of one command. */
export function commandHelp(entry: CommandEntry, command: Command): string {
  const usage = ['strongbox', entry.name, command.arguments].filter((part) => part !== '');
  return [
    `Usage: ${usage.join(' ')} [flags]\n`,
    `${entry.summary}.${command.description === undefined ? '' : ` ${command.description}`}\n`,
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
    `${summary}.\n`,
    block('Commands', rows),
    'Every command has --help. Exit codes: 0 done, 1 local error, 2 refused or sealed, ' +
      '3 bad audit record.\n',
  ].join('\n');
}

function flagRows(specs: FlagSpecs): [string, string][] {
  return Object.entries(specs).map(([name, spec]) => {
    const value = { switch: '', count: ' NUMBER', text: ' TEXT', texts: ' TEXT' }[spec.type];
    const shown = spec.choices === undefined ? value : ` ${spec.choices.join('|')}`;
    const repeat = spec.type === 'texts' ? ' (may be repeated)' : '';
    return [`--${name}${shown}`, `${spec.description}${repeat}`];
  });
}

/** Rows under a title: both parts on one line where that fits into 80 columns. */
function block(title: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return '';
  const width = Math.max(...rows.map(([left]) => left.length));
  const fits = rows.every(([, right]) => 2 + width + 2 + right.length <= 100);
  const lines = rows.map(([left, right]) =>
    fits ? `  ${left.padEnd(width)}  ${right}` : `  ${left}\n      ${right}`,
  );
  return `${title}:\n${lines.join('\n')}\n`;
}

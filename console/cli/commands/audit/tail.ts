/** `strongbox audit tail`: show audit records as they are written. */
import { utf8Encode } from '../../../../shared/encoding/utf8.ts';
import { parseJson } from '../../../../shared/json/parse.ts';
import { isJsonObject, type JsonObject } from '../../../../shared/json/value.ts';
import { followAudit, type LiveAuditOptions } from '../../../client/audit-live.ts';
import { tailAuditFile } from '../../../client/audit-tail.ts';
import { type Command, defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { jsonLine, yamlText } from '../../output/formats.ts';
import { auditLine, matchesFilter } from '../../output/audit-line.ts';

const linesDefault = 10;

export const command: Command = defineCommand({
  arguments: '[file]',
  argumentTexts: {
    file: 'The log that is being written, on this host; without it, the agent is asked',
  },
  description:
    'Follows the log until Ctrl-C. Asking the agent needs "read" on sys/control/audit, and "sudo" ' +
    'besides for records from before. What it shows is not verified.',
  flags: {
    lines: { type: 'count', description: 'Records to begin with (10)' },
    path: { type: 'text', description: 'Only requests whose path contains this' },
    errors: { type: 'switch', description: 'Only what was refused or failed' },
  },
  examples: [
    ['audit tail', 'The records of the agent, live'],
    ['audit tail .strongbox/audit/audit.log', 'Those of a file, across rotation'],
    ['audit tail --errors --format json', 'The records of refusals as they stand'],
  ],
  async run({ flags, arguments: [file], context }) {
    const filter = { path: flags.path, errors: flags.errors === true };
    const ending = new AbortController();
    const end = () => ending.abort();
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
    const write = writerOf(context);
    const onLine = (line: string): void => {
      const record = readRecord(line);
      if (record !== undefined && matchesFilter(record, filter)) write(record, line);
    };
    const options = { signal: ending.signal, lines: flags.lines ?? linesDefault };
    try {
      if (file !== undefined) await tailAuditFile(file, onLine, options);
      else await followAgent(context, { ...options, onLine });
    } finally {
      process.removeListener('SIGINT', end);
      process.removeListener('SIGTERM', end);
    }
  },
});

type Following = Pick<LiveAuditOptions, 'signal' | 'lines' | 'onLine'>;

async function followAgent(context: Context, following: Following): Promise<void> {
  const { printer } = context;
  await followAudit({
    ...following,
    place: context.place(),
    token: context.token?.token,
    onDropped: (count) => printer.warn(`${count} records came too fast and are not shown`),
    onNewOnly: () =>
      printer.warn('records from before need "sudo" on sys/control/audit; new ones follow'),
  });
}

type Writer = (record: JsonObject, line: string) => void;

function writerOf(context: Context): Writer {
  const { stdout } = context.surroundings;
  if (context.format === 'json') return (_, line) => void stdout.write(jsonLine(line));
  if (context.format === 'table') return (record) => void stdout.write(auditLine(record));
  // One document a record. They are written in order: each waits for the one before it.
  let last: Promise<unknown> = Promise.resolve();
  return (record) => {
    last = last.then(async () => stdout.write(`---\n${await yamlText(record)}`));
  };
}

/** Undefined for a line that is no record: verifying is another command's work. */
function readRecord(line: string): JsonObject | undefined {
  try {
    const value = parseJson(utf8Encode(line));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The malformed logs. What `verify` says of each stands in `sentences.txt`, for readers who do not
 * program; `STRONGBOX_REWRITE=1` writes that file anew.
 */
import type { NamedFile } from '../../../src/audit/support/bench-trail.ts';
import { keysOf } from '../../../src/audit/support/bench-trail.ts';
import { bytesOf, edited, isSummary, lineAt, linesIn, relinked, withLines } from './damage.ts';
import { type GoodLog, goneOnFrom, goodLog, twoDevices } from './good-log.ts';

export interface KitCase {
  /** What was done to the log, as a sentence. */
  readonly done: string;
  readonly files: readonly NamedFile[];
  readonly auditKey?: 'right' | 'wrong';
  readonly publicKey?: 'right' | 'wrong' | 'none';
  readonly checkpoint?: Uint8Array;
}

type Files = readonly [NamedFile, NamedFile, NamedFile];

/** Record in the first file that most cases damage; none of the first checkpoint's. */
const victim = 100;

export async function kitCases(): Promise<readonly KitCase[]> {
  const good = await goodLog();
  const files = good.files as Files;
  return [
    ...wholeLogs(files, good),
    ...changedRecords(files),
    ...forgeries(files, good),
    ...movedRecords(files),
    ...(await cutFiles(files, good)),
    ...wrongKeys(files),
    ...(await joinedLogs(files)),
    ...(await keptCheckpoints(files, good)),
    ...notALog(files),
    ...(await twoDeviceLogs()),
  ];
}

function wholeLogs(files: Files, good: GoodLog): readonly KitCase[] {
  const [first, second, third] = files;
  return [
    { done: 'nothing', files },
    { done: 'nothing; the audit key is given', files, auditKey: 'right' },
    { done: 'nothing; no public key is given', files, publicKey: 'none' },
    { done: 'nothing; the kept checkpoint is given', files, checkpoint: good.kept },
    { done: 'nothing; the files are given in another order', files: [third, first, second] },
    { done: 'nothing; a file is given twice', files: [first, second, second, third] },
    { done: 'the oldest file was deleted', files: [second, third] },
    { done: 'the files were put together into one', files: [joined('all.log', files)] },
  ];
}

function changedRecords([first, second, third]: Files): readonly KitCase[] {
  const edit = withLines(first, (lines) => edited(lines, victim));
  const last = withLines(first, (lines) => edited(lines, 299));
  const header = withLines(second, (lines) =>
    lines.with(0, (lines[0] ?? '').replace('30-01', '31-01')),
  );
  const checkpoint = withLines(first, (lines) => {
    const at = lineAt(lines, 257);
    return lines.with(at, (lines[at] ?? '').replace('"size":257', '"size":256'));
  });
  const unsigned = withLines(third, (lines) => edited(lines.slice(0, -1), 367));
  return [
    { done: `record ${victim} was changed`, files: [edit, second, third] },
    {
      done: `record ${victim} was changed; the audit key is given`,
      files: [edit, second, third],
      auditKey: 'right',
    },
    {
      done: 'a record behind the last checkpoint of a closed file was changed',
      files: [last, second],
    },
    { done: 'the header of the second file was changed', files: [first, header, third] },
    { done: 'a checkpoint was changed', files: [checkpoint, second, third] },
    {
      done: 'the very last record was changed, before any checkpoint: only the audit key shows it',
      files: [first, second, unsigned],
    },
    {
      done: 'the very last record was changed, before any checkpoint; the audit key is given',
      files: [first, second, unsigned],
      auditKey: 'right',
    },
  ];
}

function forgeries([first, second, third]: Files, good: GoodLog): readonly KitCase[] {
  const forged = withLines(first, (lines) => relinked(edited(lines, victim)));
  const removed = withLines(first, (lines) => relinked(lines.toSpliced(victim, 1)));
  const bare = withLines(first, (lines) =>
    relinked(edited(lines, victim).filter((line, at) => at === 0 || !isSummary(line))),
  );
  const all = joined('audit.log', [first, second, third]);
  const wholly = withLines(all, (lines) =>
    relinked([
      ...lines.slice(0, victim),
      ...lines.slice(victim + 1).filter((line) => !isSummary(line)),
    ]),
  );
  const short = withLines(all, (lines) => relinked(edited(lines.slice(0, 150), victim)));
  return [
    {
      done: `record ${victim} was changed, and the hashes behind it recomputed`,
      files: [forged, second, third],
    },
    {
      done: `record ${victim} was changed, and the hashes recomputed; the audit key is given`,
      files: [forged, second, third],
      auditKey: 'right',
    },
    {
      done: 'a record was removed, and everything behind it renumbered',
      files: [removed, second, third],
    },
    { done: 'the same, and the checkpoints removed', files: [bare, second, third] },
    { done: 'the same in a log of one file', files: [wholly] },
    {
      done: 'a record was changed and the log cut before the next checkpoint; the kept one is given',
      files: [short],
      checkpoint: good.kept,
    },
  ];
}

function movedRecords([first, second, third]: Files): readonly KitCase[] {
  const moved = (done: string, change: (lines: string[]) => string[]): KitCase => ({
    done,
    files: [withLines(first, change), second, third],
  });
  return [
    moved('a record was deleted', (lines) => lines.toSpliced(victim, 1)),
    moved('ten records were deleted', (lines) => lines.toSpliced(victim, 10)),
    moved('a record was inserted again later', (lines) =>
      lines.toSpliced(200, 0, lines[victim] ?? ''),
    ),
    moved('a record was duplicated', (lines) => lines.toSpliced(victim, 0, lines[victim] ?? '')),
    moved('two records were swapped', (lines) =>
      lines.with(victim, lines[victim + 1] ?? '').with(victim + 1, lines[victim] ?? ''),
    ),
    moved('a line of something else was inserted', (lines) =>
      lines.toSpliced(victim, 0, '{"a":1}'),
    ),
    moved('an empty line was inserted', (lines) => lines.toSpliced(victim, 0, '')),
    moved('the beginning of the file was cut off', (lines) => lines.slice(20)),
    moved('line ends were converted', (lines) => lines.map((line) => `${line}\r`)),
  ];
}

async function cutFiles([first, second, third]: Files, good: GoodLog): Promise<readonly KitCase[]> {
  const endings = { cut: await goneOnFrom(third, false), unwritten: await goneOnFrom(third, true) };
  const short = withLines(second, (lines) => lines.slice(0, -5));
  const torn = { ...second, bytes: second.bytes.slice(0, -700) };
  const tornLast = { ...third, bytes: third.bytes.slice(0, -700) };
  const shortLast = withLines(third, (lines) => lines.slice(0, -3));
  const goneOn = (unwritten: boolean): KitCase['files'] => [
    first,
    second,
    { ...third, bytes: unwritten ? endings.unwritten : endings.cut },
  ];
  return [
    { done: 'records were cut off the end of a closed file', files: [first, short, third] },
    { done: 'a closed file was cut in mid-line', files: [first, torn, third] },
    { done: 'the newest file ends in mid-line', files: [first, second, tornLast] },
    { done: 'the middle file is missing', files: [first, third] },
    { done: 'records were cut off the end of the newest file', files: [first, second, shortLast] },
    {
      done: 'records were cut off the end of the newest file; the kept checkpoint is given',
      files: [first, second, shortLast],
      checkpoint: good.kept,
    },
    {
      done: 'the newest file is missing; the kept checkpoint is given',
      files: [first, second],
      checkpoint: good.kept,
    },
    {
      done: 'the same records were cut off; the agent, whose store had seen them, went on',
      files: goneOn(false),
    },
    { done: 'the same after a power cut with sync: write', files: goneOn(true) },
  ];
}

function wrongKeys(files: Files): readonly KitCase[] {
  return [
    { done: 'nothing; the public key of another node is given', files, publicKey: 'wrong' },
    { done: 'nothing; the audit key of another node is given', files, auditKey: 'wrong' },
  ];
}

async function joinedLogs([first, second, third]: Files): Promise<readonly KitCase[]> {
  const other = (await goodLog('node-2')).files as Files;
  const renamed = { ...other[1], name: 'other.log' };
  return [
    {
      done: 'the log of another node was appended',
      files: [joined('audit.log', [first, other[0]])],
    },
    { done: 'a file of another node is among them', files: [first, second, renamed, third] },
    {
      done: 'two files were put together in the wrong order',
      files: [joined('audit.log', [second, first])],
    },
  ];
}

async function keptCheckpoints(files: Files, good: GoodLog): Promise<readonly KitCase[]> {
  const rewritten = (await goodLog('node-1', 'pear')).files;
  const foreign = (await goodLog('node-2')).kept;
  const old = Buffer.from(linesIn(files[0].bytes)[257] ?? '', 'latin1');
  return [
    {
      done: 'the whole log was rewritten with the keys of the node; the kept checkpoint is given',
      files: rewritten,
      checkpoint: good.kept,
    },
    { done: 'the kept checkpoint is of another node', files, checkpoint: foreign },
    { done: 'the kept checkpoint is damaged', files, checkpoint: good.kept.slice(0, -9) },
    { done: 'the kept checkpoint is an old one', files, checkpoint: old },
    {
      done: 'the kept checkpoint is older than the files given',
      files: [files[1], files[2]],
      checkpoint: old,
    },
  ];
}

function notALog([first, second, third]: Files): readonly KitCase[] {
  const text = { name: 'notes.txt', bytes: Buffer.from('dear diary,\n') };
  const empty = { name: 'empty.log', bytes: new Uint8Array(0) };
  const newer = withLines(first, (lines) =>
    lines.with(0, (lines[0] ?? '').replace('"format":1', '"format":2')),
  );
  const long = { name: 'long.log', bytes: Buffer.alloc(4_300_000, 'x') };
  const pictured = {
    name: 'picture.png',
    bytes: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0a, 0x00]),
  };
  return [
    { done: 'something else is given', files: [text] },
    { done: 'a picture is given', files: [pictured] },
    { done: 'an empty file is given', files: [empty] },
    { done: 'an empty file is among them', files: [first, second, third, empty] },
    { done: 'a file without line ends is given', files: [long] },
    { done: 'the log is of a newer format', files: [newer] },
    { done: 'no file is given', files: [] },
  ];
}

async function twoDeviceLogs(): Promise<readonly KitCase[]> {
  const { first, second } = await twoDevices();
  const [firstFile] = first.files;
  const forged = second.map((file) =>
    withLines(file, (lines) => (lineAt(lines, 5) < 0 ? lines : relinked(renumbered(lines)))),
  );
  return [
    { done: 'a second device had failed for a while; its files alone are given', files: second },
    {
      done: 'a second device had failed for a while; the files of both are given',
      files: [...second, ...first.files],
    },
    {
      done: 'the file that the failed device left was rewritten; the files of both are given',
      files: [...forged, ...(firstFile === undefined ? [] : [firstFile])],
    },
  ];
}

function renumbered(lines: string[]): string[] {
  const at = lineAt(lines, 5);
  return lines.with(at, (lines[at] ?? '').replace('"number":4', '"number":9'));
}

function joined(name: string, files: readonly NamedFile[]): NamedFile {
  return { name, bytes: bytesOf(files.flatMap(({ bytes }) => linesIn(bytes))) };
}

/** The primitives that a case is verified with. */
export function cryptoOf({ auditKey }: KitCase): ReturnType<typeof keysOf> | undefined {
  if (auditKey === undefined) return undefined;
  return keysOf(auditKey === 'right' ? 'node-1' : 'node-2');
}

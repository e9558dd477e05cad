/**
 * The verifier's sentences. They are an interface: scripts and playbooks match on them, so they are
 * plain English, stable, and each stands in the table of test/shared/audit/kit.
 */
import { auditFormatVersion, auditLineBytesMax, checkpointLinesMax } from './format.ts';
import type { BadRecord, BadWhat, LogHead } from './report.ts';

/** `1234567` as `1,234,567`. */
function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** The verdict on a bad log. */
export function badSentence(bad: BadRecord): string {
  if (bad.what.kind === 'nothing') return 'NOTHING: the files given hold no audit record';
  if (bad.what.kind === 'kept-bad') return `${bad.file}: ${badWhat(bad.what)}`;
  if (bad.what.kind === 'gap') return gapSentence(bad, bad.what);
  if (bad.what.kind === 'end-lost') return lostEndSentence(bad, bad.what);
  if (bad.what.kind === 'kept-lost') return lostSentence(bad, bad.what.kept);
  const where = bad.index === undefined ? 'its first line' : `record ${formatCount(bad.index)}`;
  return `${bad.file}: BROKEN at ${where} (byte ${formatCount(bad.byte)}): ${badWhat(bad.what)}`;
}

/** The verdict on a good log, whose records begin with `first`. */
export function goodSentence(first: number, head: LogHead, fileCount: number): string {
  const records = plural(head.size - first, 'record');
  const span = `${formatCount(first)} to ${formatCount(head.size - 1)}`;
  return `OK: ${records}, ${span}, of node ${head.node} in ${plural(fileCount, 'file')}`;
}

export const noteSentences = {
  unsigned: (count: number): string =>
    count === 1
      ? '1 record after the last checkpoint is unsigned'
      : `${formatCount(count)} records after the last checkpoint are unsigned`,
  unsignedBeforeGap: (file: string, count: number): string =>
    `${plural(count, 'record')} at the end of ${file} ${count === 1 ? 'is' : 'are'} unsigned`,
  older: (first: number): string =>
    first === 1
      ? 'record 0 is not in these files'
      : `records 0 to ${formatCount(first - 1)} are not in these files`,
  torn: (file: string, bytes: number): string =>
    `${file} ends in mid-line: ${plural(bytes, 'byte')} of a record ` +
    'that is being written or was cut by a crash',
  empty: (file: string): string => `${file} holds no record`,
  ownKey: (publicKey: string): string =>
    `signatures were checked with the key that the log itself names (${publicKey}); ` +
    'give --public-key to check whose it is',
  noAuditKey:
    'the codes of the single records were not checked: that needs --audit-key, on the node itself',
  keptOlder: (kept: number): string =>
    `the kept checkpoint (record ${formatCount(kept)}) is older than these files`,
  keptFound: (kept: number): string =>
    `the kept checkpoint (record ${formatCount(kept)}) is in the log`,
} as const;

type PlacedWhat = Exclude<BadWhat, { kind: 'gap' | 'end-lost' | 'kept-lost' | 'nothing' }>;

const whatSentences: {
  readonly [Kind in PlacedWhat['kind']]: (what: Extract<PlacedWhat, { kind: Kind }>) => string;
} = {
  'not-a-record': () => 'this line is not an audit record',
  'too-long': () => `this line is longer than ${formatCount(auditLineBytesMax)} bytes`,
  'no-header': () => 'the file does not begin with a header: its beginning was cut off',
  'summary-malformed': ({ summary }) => `this ${summary} cannot be read`,
  format: () => `the log is of another format than ${auditFormatVersion}, which this program reads`,
  'public-key': () => 'wrong key: the log is signed by another key than the public key given',
  joined: ({ node }) =>
    `here begins the log of another node or key (node ${node}): two logs were joined`,
  signature: ({ summary }) =>
    `the signature of this ${summary} does not match: ` +
    'it or a record before it was changed without the signing key',
  summary: ({ summary }) => `this ${summary} does not sum up the records before it`,
  'audit-key': () => 'wrong key: the audit key given is not the one that wrote this log',
  mac: () => 'the code of this record does not match: it was changed without the audit key',
  missing: ({ from, to }) =>
    `${range(from, to)} missing here, record ${formatCount(to + 1)} stands in the place`,
  repeated: ({ found }) =>
    `record ${formatCount(found)} stands here: it is repeated or out of order`,
  prev: () => 'hash of previous record differs: that record or this line was changed',
  uncovered: () =>
    `more than ${checkpointLinesMax} records without a checkpoint: checkpoints were removed`,
  fork: ({ other }) => `${other} has other records up to this one: one of the two was rewritten`,
  'kept-differs': () => 'this is not the checkpoint that was kept: the log was rewritten',
  'kept-bad': () => 'the kept checkpoint cannot be read, or is not signed by the key of this log',
};

function badWhat(what: PlacedWhat): string {
  const sentence = whatSentences[what.kind] as (what: PlacedWhat) => string;
  return sentence(what);
}

function gapSentence(bad: BadRecord, gap: Extract<BadWhat, { kind: 'gap' }>): string {
  return (
    `${bad.file}: GAP after its end (byte ${formatCount(bad.byte)}): ` +
    `${range(gap.from, gap.to)} in none of these files, ${gap.next} goes on after them`
  );
}

function lostEndSentence(bad: BadRecord, lost: Extract<BadWhat, { kind: 'end-lost' }>): string {
  const { endsBefore, seen, perhapsNeverWritten } = lost;
  const count = seen - endsBefore + 1;
  return (
    `${bad.file}: LOST TAIL: record ${formatCount(bad.index ?? 0)} ` +
    `(byte ${formatCount(bad.byte)}) says that the log ended before record ` +
    `${formatCount(endsBefore)} when the agent started, but the store had seen record ` +
    `${formatCount(seen)}: at least ${plural(count, 'record')} ${count === 1 ? 'is' : 'are'} gone` +
    (perhapsNeverWritten ? ', or confirmed and never written (sync: write, or a FIFO)' : '')
  );
}

function lostSentence(bad: BadRecord, kept: number): string {
  const lost = kept - (bad.index ?? 0) + 1;
  return (
    `${bad.file}: LOST TAIL: the log ends before record ${formatCount(bad.index ?? 0)} ` +
    `(byte ${formatCount(bad.byte)}), but the checkpoint of record ${formatCount(kept)} was kept: ` +
    `at least ${plural(lost, 'record')} ${lost === 1 ? 'is' : 'are'} gone`
  );
}

function range(from: number, to: number): string {
  return from === to
    ? `record ${formatCount(from)} is`
    : `records ${formatCount(from)} to ${formatCount(to)} are`;
}

function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${formatCount(count)} ${noun}s`;
}

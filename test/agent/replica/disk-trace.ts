/**
 * What a process did to the files of a folder, and what it said meanwhile, in order: strace's log
 * of it (`-f -y -xx`) as data, and the files as they are after a power cut in the midst of it.
 *
 * A sync makes the earlier writes of its file durable. Of the later ones a power cut keeps what it
 * likes: each of them is there, or not, or some of its sectors are, whatever their order was.
 */
import { basename } from 'node:path';

export type DiskStep =
  | {
      readonly kind: 'write';
      readonly file: string;
      readonly at: number;
      readonly bytes: Buffer;
    }
  | { readonly kind: 'truncate'; readonly file: string; readonly size: number }
  | { readonly kind: 'sync'; readonly file: string }
  | { readonly kind: 'said'; readonly line: string };

/** The calls that have to be traced. */
export const tracedCalls = 'pwrite64,write,fsync,fdatasync,ftruncate';

const sectorBytes = 512;
const standardOutput = 1;

/** A number from 0 (inclusive) to 1. */
export type Chance = () => number;

/** Writes count from their call on, syncs from their return on. */
export function parseTrace(trace: string): readonly DiskStep[] {
  const unfinished = new Map<string, DiskStep>();
  const steps: DiskStep[] = [];
  for (const line of trace.split('\n')) {
    const [, thread = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (call.startsWith('<... ')) {
      const step = unfinished.get(thread);
      if (step !== undefined) steps.push(step);
      unfinished.delete(thread);
      continue;
    }
    const step = stepOf(call);
    if (step === undefined) continue;
    if (step.kind === 'sync' && call.endsWith('<unfinished ...>')) unfinished.set(thread, step);
    else steps.push(step);
  }
  return steps;
}

function stepOf(call: string): DiskStep | undefined {
  const [, name, descriptor, path, rest = ''] = /^(\w+)\((\d+)<([^>]*)>(.*)$/.exec(call) ?? [];
  if (path === undefined) return undefined;
  const file = basename(unescaped(path).toString());
  const [, text = ''] = /^, "([^"]*)"/.exec(rest) ?? [];
  switch (name) {
    case 'pwrite64':
      return { kind: 'write', file, bytes: unescaped(text), at: lastNumber(rest, 2) };
    case 'ftruncate':
      return { kind: 'truncate', file, size: lastNumber(rest, 1) };
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', file };
    case 'write': {
      if (Number(descriptor) !== standardOutput) return undefined;
      return { kind: 'said', line: unescaped(text).toString().trimEnd() };
    }
    default:
      return undefined;
  }
}

function unescaped(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

/** The number behind so many commas. */
function lastNumber(rest: string, commas: number): number {
  const numbers = rest
    .replace(/"[^"]*"/, '')
    .split(/[,)]/)
    .filter((part) => /^ *\d+$/.test(part));
  return Number(numbers[commas - 1]);
}

/** The files after a power cut behind these steps. */
export function filesAfterCut(steps: readonly DiskStep[], chance: Chance): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const pending = new Map<string, DiskStep[]>();
  for (const step of steps) {
    if (step.kind === 'said') continue;
    const waiting = pending.get(step.file) ?? [];
    pending.set(step.file, step.kind === 'sync' ? [] : [...waiting, step]);
    if (step.kind === 'sync') for (const each of waiting) apply(files, each);
  }
  for (const step of [...pending.values()].flat()) applyByChance(files, step, chance);
  return files;
}

function applyByChance(files: Map<string, Buffer>, step: DiskStep, chance: Chance): void {
  const fate = chance();
  if (fate < 1 / 3) return;
  if (fate < 2 / 3 || step.kind !== 'write') return apply(files, step);
  for (let from = 0; from < step.bytes.length; from += sectorBytes) {
    if (chance() < 1 / 2) continue;
    const bytes = step.bytes.subarray(from, from + sectorBytes);
    apply(files, { ...step, at: step.at + from, bytes });
  }
}

function apply(files: Map<string, Buffer>, step: DiskStep): void {
  const before = 'file' in step ? (files.get(step.file) ?? Buffer.alloc(0)) : undefined;
  if (before === undefined) return;
  if (step.kind === 'truncate') {
    files.set(step.file, Buffer.concat([before], step.size));
  } else if (step.kind === 'write') {
    const end = step.at + step.bytes.length;
    const after = end > before.length ? Buffer.concat([before], end) : before;
    step.bytes.copy(after, step.at);
    files.set(step.file, after);
  }
}

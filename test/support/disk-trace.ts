/**
 * What a process did to the files of a folder, and what it said meanwhile, in order: the log of
 * `strace -f -y -xx` as data.
 */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';

export type DiskStep =
  | { readonly kind: 'create'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | {
      readonly kind: 'write';
      readonly path: string;
      /** Undefined: at the end of the file. */
      readonly at: number | undefined;
      readonly bytes: Buffer;
    }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'said'; readonly line: string };

/** A program and its arguments that starts another one, and writes its trace to a file. */
export function traceInto(file: string): readonly string[] {
  const calls = 'openat,rename,unlink,pwrite64,write,fsync,fdatasync,ftruncate';
  return ['strace', '-f', '-qq', '-y', '-xx', '-s', '1000000', '-o', file, '-e', `trace=${calls}`];
}

const standardOutput = '1';

/**
 * The steps on files under a folder. A sync counts from its return on, all else from the call. A
 * write to a file that was opened with O_DSYNC is followed by the sync that it brings.
 */
export function parseTrace(trace: string, folder: string): readonly DiskStep[] {
  const unfinished = new Map<string, DiskStep>();
  const steps: DiskStep[] = [];
  const synchronous = new SynchronousFiles();
  for (const line of trace.split('\n')) {
    const [, thread = '', call = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (call.startsWith('<... ')) {
      const step = unfinished.get(thread);
      if (step !== undefined) steps.push(step);
      unfinished.delete(thread);
      continue;
    }
    for (const step of synchronous.withSyncs(call, stepOf(call))) {
      if (step.kind === 'sync' && call.endsWith('<unfinished ...>')) unfinished.set(thread, step);
      else steps.push(step);
    }
  }
  return steps.filter((step) => step.kind === 'said' || step.path.startsWith(folder));
}

/** Which files are open with O_DSYNC, by the paths that they have now. */
class SynchronousFiles {
  readonly #paths = new Set<string>();

  withSyncs(call: string, step: DiskStep | undefined): readonly DiskStep[] {
    const opened = call.includes('O_DSYNC') ? openedPath(call) : undefined;
    if (opened !== undefined) this.#paths.add(opened);
    if (step === undefined) return [];
    if (step.kind === 'rename' && this.#paths.delete(step.path)) this.#paths.add(step.to);
    const brings = step.kind === 'write' && this.#paths.has(step.path);
    return brings ? [step, { kind: 'sync', path: step.path }] : [step];
  }
}

function openedPath(call: string): string | undefined {
  const [, escaped] = /^openat\([^"]*"([^"]*)"/.exec(call) ?? [];
  return escaped === undefined ? undefined : resolve(unescaped(escaped).toString());
}

function stepOf(call: string): DiskStep | undefined {
  const [, name = '', rest = ''] = /^(\w+)\((.*)$/.exec(call) ?? [];
  const texts = [...rest.matchAll(/"([^"]*)"/g)].map((match) => unescaped(match[1] ?? ''));
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = texts;
  const path = resolve(first.toString());
  if (name === 'openat') return rest.includes('O_CREAT') ? { kind: 'create', path } : undefined;
  if (name === 'rename') return { kind: 'rename', path, to: resolve(second.toString()) };
  if (name === 'unlink') return { kind: 'remove', path };
  return stepOnOpened(name, rest, first);
}

/** A call on a descriptor, which strace shows with the path that its file has. */
function stepOnOpened(name: string, rest: string, bytes: Buffer): DiskStep | undefined {
  const [, descriptor = '', escaped] = /^(\d+)<([^>]*)>/.exec(rest) ?? [];
  if (escaped === undefined) return undefined;
  const path = unescaped(escaped).toString();
  const numbers = rest.replace(/"[^"]*"/, '').split(/[,)]/);
  switch (name) {
    case 'pwrite64':
      return { kind: 'write', path, bytes, at: numberOf(numbers[3]) };
    case 'ftruncate':
      return { kind: 'truncate', path, size: numberOf(numbers[1]) };
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', path };
    case 'write':
      if (descriptor !== standardOutput) return { kind: 'write', path, bytes, at: undefined };
      return { kind: 'said', line: bytes.toString().trimEnd() };
    default:
      return undefined;
  }
}

/** An argument; of a call that is not finished, more text stands behind it. */
function numberOf(argument = ''): number {
  const [, digits] = /^ (\d+)/.exec(argument) ?? [];
  assert.ok(digits !== undefined, `a number in the trace: ${argument}`);
  return Number(digits);
}

function unescaped(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

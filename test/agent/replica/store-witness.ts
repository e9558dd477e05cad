/**
 * Runs the writing process (store-process.ts), remembers what it said, and checks afterwards that
 * the store kept every word: what crash, failed sync and full disk have in common.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Store } from '../../../src/ports/store.ts';
import { nextEvent, text, watchFrom } from '../../conformance/store/harness.ts';
import { openAt } from './store-folder.ts';

/** Environment of a writer whose store's file is written every few commits. */
export const manyCheckpoints = { STORE_CHECKPOINT_PAGES: '256' } as const;

export interface Run {
  /** Stamp by acknowledged revision. */
  readonly acknowledged: ReadonlyMap<number, string>;
  /** The other lines, in order: `ready`, `refused CODE`, `fatal CODE`. */
  readonly lines: readonly string[];
  readonly exitCode: number | null;
}

export interface RunOptions {
  /** A program and its arguments that starts node in its turn. */
  readonly under?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Looks at each line, and may end the process. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
  /** Ends the process at once, or after so long, whatever it has said. */
  readonly killAfterMs?: number;
}

/** Starts the writer and waits for its end; everything that it said is in the result. */
export async function runWriter(folder: string, options: RunOptions = {}): Promise<Run> {
  const script = join(import.meta.dirname, 'store-process.ts');
  const [program, ...before] = [...(options.under ?? []), process.execPath];
  const child = spawn(program, [...before, script, folder, 'write'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...options.env },
  });
  if (options.killAfterMs !== undefined) {
    const timer = setTimeout(() => child.kill('SIGKILL'), options.killAfterMs);
    child.once('exit', () => clearTimeout(timer));
  }
  const exited = once(child, 'exit');
  const acknowledged = new Map<number, string>();
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    const [, revision, stamp] = /^ack (\d+) (\S+)$/.exec(line) ?? [];
    if (revision === undefined || stamp === undefined) lines.push(line);
    else acknowledged.set(Number(revision), stamp);
    options.onLine?.(line, child);
  }
  const [exitCode] = await exited;
  return { acknowledged, lines, exitCode };
}

/** Opens the folder, checks it against a run that began after `revisionBefore`, and closes it. */
export async function checkAfter(
  folder: string,
  run: Run,
  revisionBefore: number,
): Promise<{ readonly revision: number; readonly crashed: boolean }> {
  const { store, crashed, close } = await openAt(folder);
  try {
    const { revision } = await store.get([]);
    const newest = Math.max(revisionBefore, ...run.acknowledged.keys());
    assert.ok(revision >= newest, `acknowledged up to ${newest}, there are ${revision}`);
    const stamps = await stampsOfHistory(store, revisionBefore, revision);
    for (const [acknowledged, stamp] of run.acknowledged) {
      assert.equal(stamps.get(acknowledged), stamp, `the commit of revision ${acknowledged}`);
    }
    await checkWhole(store, stamps, revision);
    return { revision, crashed };
  } finally {
    await close();
  }
}

/** The stamp of each revision, as the history tells it: three keys each, one stamp. */
async function stampsOfHistory(
  store: Store,
  after: number,
  newest: number,
): Promise<Map<number, string>> {
  const stamps = new Map<number, string>();
  const watch = watchFrom(store, '', after + 1);
  for (let revision = after + 1; revision <= newest; revision += 1) {
    const event = await nextEvent(watch);
    assert.equal(event.revision, revision, 'the history has no gap');
    const found = new Set<string>();
    for (const change of event.changes) {
      assert.ok(change.kind === 'put' && change.entry.modRevision === revision);
      found.add(stampOf(change.entry.value));
    }
    assert.equal(event.changes.length, 3, 'a commit is there as a whole');
    assert.equal(found.size, 1, 'and is one commit');
    stamps.set(revision, [...found][0] ?? '');
  }
  await watch.return?.();
  return stamps;
}

/** The entries are those of the newest commit of each writer. */
async function checkWhole(
  store: Store,
  stamps: ReadonlyMap<number, string>,
  revision: number,
): Promise<void> {
  const { entries } = await store.range('', { limit: 100 });
  const values = new Map(entries.map((entry) => [entry.key, entry]));
  for (const [key, entry] of values) {
    if (key === 'shared') assert.equal(entry.modRevision, revision, 'every commit writes it');
    const twin = values.get(key.replace(/[ab]$/, (end) => (end === 'a' ? 'b' : 'a')));
    assert.equal(twin?.modRevision, entry.modRevision, 'two keys of one commit, never one of them');
    const stamp = stamps.get(entry.modRevision);
    if (stamp !== undefined) assert.equal(stampOf(entry.value), stamp);
  }
}

function stampOf(value: Uint8Array): string {
  return text(value).split(' ')[0] ?? '';
}

/** A batch of waiting commits: what it reads, and the one statement that writes it. */
import { assert } from '../../shared/assert.ts';
import type { Entry, Transaction } from '../../src/ports/store.ts';
import type { AppliedBatch } from '../../src/store/batch.ts';
import { encodeHistory } from './history-codec.ts';
import { Packing } from './packing.ts';
import type { HistoryPlan } from './sqlite-history.ts';
import { stepKinds } from './sqlite-schema.ts';

/** The keys whose entries decide a batch, and those whose values are read by it. */
export function keysOfBatch(transactions: readonly Transaction[]): {
  readonly keys: ReadonlySet<string>;
  readonly withValue: ReadonlySet<string>;
} {
  const keys = new Set<string>();
  const withValue = new Set<string>();
  for (const { compare, then, else: otherwise } of transactions) {
    for (const { key } of compare) keys.add(key);
    for (const operation of [...then, ...otherwise]) {
      keys.add(operation.key);
      if (operation.kind === 'get') withValue.add(operation.key);
    }
  }
  return { keys, withValue };
}

const noNote = new Uint8Array(0);

/** The history row of a batch that changes something. */
export function historyRow(batch: AppliedBatch, transactions: readonly Transaction[]): Buffer {
  const notes = new Map<number, Uint8Array>();
  for (const [index, { note }] of transactions.entries()) {
    const revision = batch.answers[index]?.revision;
    if (revision !== undefined && note !== undefined && note.length > 0) {
      // Transactions without changes share a revision with the one before; theirs is not kept.
      if (batch.answers[index - 1]?.revision !== revision) notes.set(revision, note);
    }
  }
  const events = batch.events.map((event) => {
    return { ...event, note: notes.get(event.revision) ?? noNote };
  });
  return encodeHistory(events);
}

/** Parameters of `writeSteps` for a batch, and what it amounts to. */
export interface PackedBatch {
  readonly bytes: Buffer;
  readonly steps: string;
  readonly rows: number;
}

export interface BatchFinish {
  readonly changes: Buffer;
  readonly clusterTimeMs: number;
  readonly plan: HistoryPlan;
}

export function packBatch(batch: AppliedBatch, finish: BatchFinish): PackedBatch {
  const first = batch.events[0]?.revision;
  assert(first !== undefined, 'a batch that is written changes something');
  const packing = new Packing();
  const steps = [...batch.written].map(([key, entry]) => packEntry(packing, key, entry));
  const { deleteUpTo, from, bytes } = finish.plan;
  const changesAt = packing.add(finish.changes);
  const facts = [batch.revision, first, deleteUpTo, finish.clusterTimeMs, from, bytes];
  steps.push([stepKinds.finish, 1, 0, ...changesAt, ...facts]);
  return { bytes: packing.blob(), steps: JSON.stringify(steps), rows: steps.length };
}

function packEntry(packing: Packing, key: string, entry: Entry | undefined): number[] {
  const keyAt = packing.addText(key);
  if (entry === undefined) return [stepKinds.delete, ...keyAt, 1, 0];
  const valueAt = packing.add(entry.value);
  const facts = [entry.createRevision, entry.modRevision, entry.version];
  return [stepKinds.put, ...keyAt, ...valueAt, ...facts];
}

/**
 * Write-ahead intents: work that is larger than one transaction (revoke a tree of 10,000 tokens,
 * delete a mount's data) is written down first, in the transaction that decides it, and then done
 * in bounded steps. A crash at any point leaves the intent behind, and the next start resumes it.
 *
 * How to use it:
 *
 * 1. Register a kind: a name and `step`, which does one bounded part of the work in a transaction
 *    and answers `done`, or `continue` with the data for the next step. The step runs inside one
 *    attempt and may run again: it touches nothing but the attempt's views. It may read and write
 *    at most `transactionOperationsMax - 1` entries (the intent itself is the other one).
 * 2. In the transaction that decides the work: `beginIntent(attempt, intent)`. Make what is to go
 *    unusable in that same transaction (mark the mount, delete the root of the tree), so that
 *    nobody sees it half done. The id names the work (`revoke-<token id>`): beginning it again
 *    while it is under way changes nothing.
 * 3. After the commit: `intents.run(namespace, id)` does it to the end; wait for it or do not.
 * 4. When the barrier is unsealed: `intents.resumeAll(namespace)`.
 *
 * Two runners of one intent, here or on another agent, do no harm: every step compares the intent.
 */
import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { JsonValue } from '../../shared/json/value.ts';
import { intentStepsMax, rangeEntriesMax } from '../limits.ts';
import { readJson, writeJson } from './json-values.ts';
import { type TransactionRoom, transact } from './transact.ts';
import type { Attempt, View } from './view.ts';

export interface Intent {
  readonly namespace: string;
  /** Unique in its namespace, a valid end of a store key. */
  readonly id: string;
  readonly kind: string;
  readonly data: JsonValue;
}

export type StepOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'continue'; readonly data: JsonValue };

/** One sort of work, resumable from its data. */
export interface IntentKind {
  readonly kind: string;
  step(attempt: Attempt, intent: Intent): Promise<StepOutcome>;
}

interface IntentRecord {
  readonly kind: string;
  readonly data: JsonValue;
}

/** Writes an intent down as part of the attempt. One of the same id that is under way stays. */
export async function beginIntent(attempt: Attempt, intent: Intent): Promise<void> {
  const view = intentsView(attempt, intent.namespace);
  if ((await view.get(intent.id)) !== undefined) return;
  writeRecord(view, intent.id, { kind: intent.kind, data: intent.data });
}

/** Runs the intents of the registered kinds. */
export class Intents {
  readonly #room: TransactionRoom;
  readonly #kinds: ReadonlyMap<string, IntentKind>;
  readonly #running = new Map<string, Promise<void>>();

  constructor(room: TransactionRoom, kinds: readonly IntentKind[]) {
    this.#room = room;
    this.#kinds = new Map(kinds.map((kind) => [kind.kind, kind]));
    assert(this.#kinds.size === kinds.length, 'every kind is registered once');
  }

  /**
   * Does an intent to its end; at once where there is none of that id (any more). Throws what its
   * step throws: the intent then stays as the last step left it, and can be run again.
   */
  run(namespace: string, id: string): Promise<void> {
    const key = intentsPrefix(namespace) + id;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const run = this.#runSteps(namespace, id).finally(() => this.#running.delete(key));
    this.#running.set(key, run);
    return run;
  }

  /**
   * Does all intents of a namespace, one after another, and returns how many there were. One that
   * fails does not keep the others back; the first error is thrown at the end.
   */
  async resumeAll(namespace: string): Promise<number> {
    const errors: unknown[] = [];
    let count = 0;
    let after = '';
    for (let ids = await this.#page(namespace, after); ids.length > 0; ) {
      for (const id of ids) {
        await this.run(namespace, id).catch((error: unknown) => errors.push(error));
      }
      count += ids.length;
      after = ids.at(-1) ?? after;
      ids = await this.#page(namespace, after);
    }
    if (errors.length > 0) throw errors[0];
    return count;
  }

  async #page(namespace: string, after: string): Promise<readonly string[]> {
    const { result } = await transact(this.#room, async (attempt) => {
      const options = { after, limit: rangeEntriesMax, keysOnly: true };
      const { entries } = await intentsView(attempt, namespace).range('', options);
      return entries.map(({ key }) => key);
    });
    return result;
  }

  async #runSteps(namespace: string, id: string): Promise<void> {
    for (let steps = 0; await this.#runStep(namespace, id); steps += 1) {
      assert(steps < intentStepsMax, 'an intent comes to an end');
    }
  }

  /** Whether there is more to do. */
  async #runStep(namespace: string, id: string): Promise<boolean> {
    const { result } = await transact(this.#room, async (attempt) => {
      const view = intentsView(attempt, namespace);
      const record = await readJson<IntentRecord>(view, id);
      if (record === undefined) return false;
      const { kind, data } = record.value;
      const known = this.#kinds.get(kind);
      if (known === undefined) throw failure('store.intent-unknown', { kind });
      const outcome = await known.step(attempt, { namespace, id, kind, data });
      if (outcome.kind === 'continue') writeRecord(view, id, { kind, data: outcome.data });
      else view.delete(id);
      return outcome.kind === 'continue';
    });
    return result;
  }
}

function intentsPrefix(namespace: string): string {
  return `ns/${namespace}/intents/`;
}

function intentsView(attempt: Attempt, namespace: string): View {
  return attempt.view(intentsPrefix(namespace), namespace);
}

function writeRecord(view: View, id: string, record: IntentRecord): void {
  writeJson<IntentRecord>(view, id, record);
}

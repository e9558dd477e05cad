/**
 * When the write-ahead file is moved into the store's file. SQLite would do it by itself, but hides
 * the errors of that; so it is a statement of ours, run after the commits of a batch were answered.
 * Nobody waits for it, but who comes meanwhile.
 *
 * Each checkpoint costs a sync and writes a page once, however often it was changed: the longer the
 * write-ahead file may grow, the less work in all, the longer each wait, and the longer the next
 * start after a kill reads it (a megabyte takes milliseconds).
 */
import { assert } from '../../shared/assert.ts';
import { checkpointPages } from './limits.ts';
import type { SqliteStatement } from './sqlite-connection.ts';

const pageBytes = 4_096;

export class Checkpoints {
  readonly #statement: SqliteStatement;
  readonly #pagesMax: number;
  /** In the write-ahead file, counted with `estimatedPages`. */
  #pages = 0;

  /** `pagesMax`: at most the limit `checkpointPages`. */
  constructor(statement: SqliteStatement, pagesMax: number = checkpointPages) {
    assert(pagesMax <= checkpointPages, 'a limit is lowered only');
    this.#statement = statement;
    this.#pagesMax = pagesMax;
  }

  get isDue(): boolean {
    return this.#pages >= this.#pagesMax;
  }

  /** A statement has written so many rows, and bytes of them. */
  wrote(rows: number, bytes: number): void {
    this.#pages += estimatedPages(rows, bytes);
  }

  /**
   * The write-ahead file found no room to grow. After a checkpoint it begins anew, in the room that
   * it has.
   */
  hasten(): void {
    this.#pages = this.#pagesMax;
  }

  /** Rejects with SQLite's error; the next one is then due as if this had been made. */
  async run(): Promise<void> {
    this.#pages = 0;
    await this.#statement.all();
  }
}

/** An estimate that errs upwards: a row changes a leaf, and may split it. */
function estimatedPages(rows: number, bytes: number): number {
  return 2 * rows + Math.ceil(bytes / pageBytes) + 3;
}

/**
 * The storage thread's side of moves: tells the request threads what each commit changed, as it
 * becomes visible. What was written is told whole where it is small, so that whoever wrote it reads
 * it again without asking.
 *
 * A thread that is blocked hears nothing while others commit, and what it was told waits in its
 * port. How much of it was heard stands in shared memory; where too much was not, the thread is
 * told that it is behind, once, and nothing more until it asks to go on. Then it forgets all that
 * it knows, and is told every move from there.
 */
import { assert } from '../../shared/assert.ts';
import type { Entry } from '../../src/ports/store.ts';
import type { StoreListener } from '../../src/store/listener.ts';
import { toldEntryBytesMax } from '../limits.ts';
import { unheardBytesMax } from './limits.ts';
import { HeardBytes } from './heard-bytes.ts';
import type { SharedPosition } from './shared-position.ts';
import { cloneableEntry, type StoreNews, type ToldEntry } from './store-messages.ts';
import type { TurnOutbox } from './turn-outbox.ts';

type Told = readonly (readonly [string, ToldEntry])[];

/** About what a message, and an entry in it, take besides key and value. */
const bytesAround = 64;

export class StoreAnnouncer implements StoreListener {
  /** Undefined: reads have to be asked for, and only that the revision moved is told. */
  readonly position: SharedPosition | undefined;
  readonly #unheardBytesMax: number;
  readonly #audiences = new Set<Audience>();

  /** `unheardMax`: for tests, at most the limit of that name, in bytes. */
  constructor(position: SharedPosition | undefined, unheardMax: number = unheardBytesMax) {
    assert(unheardMax <= unheardBytesMax, 'a limit is lowered only');
    this.position = position;
    this.#unheardBytesMax = unheardMax;
  }

  /** Tells moves from now on, until the audience leaves. */
  add(outbox: TurnOutbox<StoreNews>): Audience {
    const audience = new Audience(outbox, this.#unheardBytesMax, () => {
      this.#audiences.delete(audience);
    });
    this.#audiences.add(audience);
    return audience;
  }

  readonly moved: StoreListener['moved'] = (revision, written) => {
    this.position?.moved(revision);
    if (this.#audiences.size === 0) return;
    const told = this.position === undefined ? [] : [...written].map(toldEntry);
    const bytes = bytesOf(told);
    for (const audience of this.#audiences) audience.tell(revision, told, bytes);
  };

  readonly stamped: StoreListener['stamped'] = (timeMs, monotonicMs) =>
    this.position?.stamped(timeMs, monotonicMs);

  readonly takeTold: StoreListener['takeTold'] = () => this.position?.takeTold() ?? false;
}

/** A request thread, and how much it was told. */
export class Audience {
  readonly heard = new HeardBytes();
  readonly leave: () => void;
  readonly #outbox: TurnOutbox<StoreNews>;
  readonly #unheardBytesMax: number;
  #toldBytes = 0;
  #isBehind = false;

  constructor(outbox: TurnOutbox<StoreNews>, unheardMax: number, leave: () => void) {
    this.#outbox = outbox;
    this.#unheardBytesMax = unheardMax;
    this.leave = leave;
  }

  tell(revision: number, written: Told, bytes: number): void {
    if (this.#isBehind) return;
    if (this.#toldBytes + bytes - this.heard.bytes > this.#unheardBytesMax) {
      this.#isBehind = true;
      this.#outbox.push({ kind: 'behind' });
      return;
    }
    this.#toldBytes += bytes;
    this.#outbox.push({ kind: 'moved', revision, written, toldBytes: this.#toldBytes });
  }

  /** The thread has heard that it is behind, and so everything before. `revision`: the store's. */
  goOn(revision: number): void {
    assert(this.#isBehind, 'a thread that goes on was behind');
    this.#isBehind = false;
    this.#outbox.push({ kind: 'begin-anew', revision });
  }
}

function toldEntry([key, entry]: readonly [string, Entry | undefined]): [string, ToldEntry] {
  if (entry === undefined) return [key, 'absent'];
  return [key, entry.value.length > toldEntryBytesMax ? 'large' : cloneableEntry(entry)];
}

function bytesOf(told: Told): number {
  let bytes = bytesAround;
  for (const [key, entry] of told) {
    bytes += bytesAround + key.length + (typeof entry === 'string' ? 0 : entry.value.length);
  }
  return bytes;
}

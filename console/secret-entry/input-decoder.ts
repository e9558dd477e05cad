/**
 * The bytes of a terminal as keys, focus reports and pastes (xterm's control sequences,
 * https://invisible-island.net/xterm/ctlseqs/ctlseqs.html), for a secret: no string is made and
 * nothing kept, and what is told of a byte is a number. Sequences may be cut anywhere.
 */
import { sequenceDigitsMax } from './limits.ts';

export type EntryKey = 'enter' | 'backspace' | 'escape' | 'interrupt' | 'clear';

/** Where what was typed or pasted goes. */
export interface InputSink {
  /** A printable ASCII character. `alone`: nothing else came with it, so a person pressed a key. */
  byte(byte: number, alone: boolean): void;
  /** A byte that is not ASCII. */
  foreignByte(): void;
  key(key: EntryKey): void;
  focus(focused: boolean): void;
  pasteStart(): void;
  pasteLineEnd(): void;
  /** A control character in a paste. */
  pasteControl(): void;
  pasteEnd(): void;
}

type State = 'ground' | 'escape' | 'sequence' | 'one-more';

const escapeByte = 0x1b;
const pasteStartNumber = 200;
const pasteEndNumber = 201;
const keys: ReadonlyMap<number, EntryKey> = new Map([
  [0x0d, 'enter'],
  [0x0a, 'enter'],
  [0x7f, 'backspace'],
  [0x08, 'backspace'],
  [0x03, 'interrupt'],
  [0x15, 'clear'],
]);

export class InputDecoder {
  readonly #sink: InputSink;
  #state: State = 'ground';
  #number = 0;
  #digits = 0;
  #pasting = false;

  constructor(sink: InputSink) {
    this.#sink = sink;
  }

  /** Whether a sequence has begun and not ended: `timeOut` after `escapeWaitMs`. */
  get incomplete(): boolean {
    return this.#state !== 'ground';
  }

  /** Whether a paste has begun and not ended: `endPaste` after `pasteWaitMs`. */
  get pasting(): boolean {
    return this.#pasting;
  }

  /** Takes a chunk and zeroes it. */
  take(chunk: Uint8Array): void {
    const alone = chunk.length === 1;
    for (const byte of chunk) this.#take(byte, alone);
    chunk.fill(0);
  }

  /** Nothing came after the begin of a sequence: it was the key Esc, or is of no use. */
  timeOut(): void {
    const lone = this.#state === 'escape';
    this.#state = 'ground';
    if (!lone) return;
    if (this.#pasting) this.#sink.pasteControl();
    else this.#sink.key('escape');
  }

  /** The end of a paste is overdue: it is refused, as nobody can tell what belongs to it. */
  endPaste(): void {
    if (!this.#pasting) return;
    this.#pasting = false;
    this.#state = 'ground';
    this.#sink.pasteControl();
    this.#sink.pasteEnd();
  }

  #take(byte: number, alone: boolean): void {
    if (this.#state === 'escape') this.#afterEscape(byte);
    else if (this.#state === 'sequence') this.#inSequence(byte);
    else if (this.#state === 'one-more') this.#state = 'ground';
    else this.#ground(byte, alone);
  }

  #ground(byte: number, alone: boolean): void {
    if (byte === escapeByte) this.#state = 'escape';
    else if (byte > 0x7f) this.#sink.foreignByte();
    else if (byte >= 0x20 && byte !== 0x7f) this.#sink.byte(byte, alone && !this.#pasting);
    else if (this.#pasting) this.#pastedControl(byte);
    else this.#pressed(byte);
  }

  #pressed(byte: number): void {
    const key = keys.get(byte);
    if (key !== undefined) this.#sink.key(key);
  }

  #pastedControl(byte: number): void {
    if (byte === 0x0d || byte === 0x0a) this.#sink.pasteLineEnd();
    else if (byte === 0x03) {
      this.endPaste();
      this.#sink.key('interrupt');
    } else this.#sink.pasteControl();
  }

  /** `[` begins a sequence, `O` is followed by one byte, any other is that key with Alt. */
  #afterEscape(byte: number): void {
    this.#number = 0;
    this.#digits = 0;
    if (byte === 0x5b) this.#state = 'sequence';
    else if (byte === escapeByte) this.#escapeAgain();
    else {
      this.#state = byte === 0x4f ? 'one-more' : 'ground';
      if (this.#pasting) this.#sink.pasteControl();
    }
  }

  #escapeAgain(): void {
    this.timeOut();
    this.#state = 'escape';
  }

  #inSequence(byte: number): void {
    if (byte >= 0x30 && byte <= 0x39 && this.#digits < sequenceDigitsMax) {
      this.#number = this.#number * 10 + (byte - 0x30);
      this.#digits += 1;
    } else if (byte === escapeByte) this.#state = 'escape';
    else if (byte >= 0x40 && byte <= 0x7e) this.#finish(byte);
  }

  #finish(final: number): void {
    this.#state = 'ground';
    const number = final === 0x7e ? this.#number : undefined;
    if (this.#pasting) {
      if (number !== pasteEndNumber) return this.#sink.pasteControl();
      this.#pasting = false;
      this.#sink.pasteEnd();
    } else if (number === pasteStartNumber) {
      this.#pasting = true;
      this.#sink.pasteStart();
    } else if (this.#digits === 0 && final === 0x49) this.#sink.focus(true);
    else if (this.#digits === 0 && final === 0x4f) this.#sink.focus(false);
  }
}

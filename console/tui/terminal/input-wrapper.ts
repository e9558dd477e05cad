/**
 * Terminal input between the terminal and Ink. Ink reads stdin chunk by chunk and takes a chunk
 * for one key, so two keys that arrive together are lost; an unfinished paste makes it deaf for
 * good. This stream is in object mode: every read gives Ink exactly one key or one whole paste.
 *
 * What Ink does not know (F keys, focus, mouse, refused pastes) goes to listeners. Pastes are
 * bounded in size and time; what comes after a broken one is thrown away until its end or a quiet
 * moment, because it would otherwise run as commands. Keys that come too fast to be typed, in a
 * terminal that does not mark pastes, are handed on as a paste.
 */
import { Readable } from 'node:stream';
import {
  burstKeysMax,
  escapeTimeoutMs,
  inputTokensMax,
  pasteBytesMax,
  pasteTailQuietMs,
  pasteTimeoutMs,
} from '../../limits.ts';
import type { InputEvent } from '../keys/input-event.ts';
import {
  escapeToken,
  pasteEnd,
  pasteStart,
  sequenceAt,
  type MouseEvent,
  type Sequence,
} from './escape-sequence.ts';

/** What is needed of `process.stdin`. */
export interface InputSource {
  setEncoding(encoding: 'utf8'): unknown;
  setRawMode?(on: boolean): unknown;
  on(event: 'data', listener: (chunk: string) => void): unknown;
  off(event: 'data', listener: (chunk: string) => void): unknown;
  resume(): unknown;
  pause(): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

/** Runs `act` after a delay, unless the answer is called first. */
export type Schedule = (delayMs: number, act: () => void) => () => void;

/** What does not pass through Ink. */
export type SideEvent =
  | Extract<InputEvent, { kind: 'key' | 'paste-refused' | 'focus' }>
  | { readonly kind: 'mouse'; readonly mouse: MouseEvent };

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const interrupt = '\u0003';
/** Ctrl-C as terminals of the kitty protocol send it. */
const kittyInterrupt = '\u001b[99;5u';
/** The rest of a sequence whose escape byte came alone, too early. */
const orphan = /^(?:\[[0-?]+[ -/]*[@-~]|\[[A-H]|O[A-DHFP-S])/;

export class TerminalInput extends Readable {
  readonly isTTY = true;
  readonly #source: InputSource;
  readonly #schedule: Schedule;
  readonly #listeners = new Set<(event: SideEvent) => void>();
  #buffer = '';
  #isRaw = false;
  /** The rest of a broken paste is being thrown away. */
  #isDiscarding = false;
  /** The Esc key was the last thing that happened. */
  #escapeWasAlone = false;
  #cancelTimer: () => void = () => undefined;

  constructor(source: InputSource, schedule: Schedule = scheduleTimer) {
    super({ objectMode: true, highWaterMark: inputTokensMax });
    this.#source = source;
    this.#schedule = schedule;
  }

  /** Hears of what Ink does not know; the answer ends it. */
  listen(listener: (event: SideEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setRawMode(on: boolean): this {
    this.#source.setRawMode?.(on);
    if (on === this.#isRaw) return this;
    this.#isRaw = on;
    if (on) this.#attach();
    else this.#detach();
    return this;
  }

  /** Ink asks for text; one token is one text already. */
  override setEncoding(_encoding: BufferEncoding): this {
    return this;
  }

  ref(): this {
    this.#source.ref?.();
    return this;
  }

  unref(): this {
    this.#source.unref?.();
    return this;
  }

  override _read(): void {
    // The source pushes.
  }

  #attach(): void {
    this.#source.setEncoding('utf8');
    this.#source.on('data', this.#take);
    this.#source.resume();
  }

  #detach(): void {
    this.#source.off('data', this.#take);
    this.#source.pause();
    this.#forget();
    this.#isDiscarding = false;
  }

  readonly #take = (chunk: string): void => {
    const isRest = this.#escapeWasAlone && chunk.length > 1 && orphan.test(chunk);
    this.#escapeWasAlone = false;
    this.#buffer += isRest ? `\u001b${chunk}` : chunk;
    this.#cancelTimer();
    while (this.#buffer !== '' && this.#step());
  };

  /** Takes one thing off the buffer; false when more input or time is needed. */
  #step(): boolean {
    if (this.#isDiscarding) return this.#discard();
    if (!this.#buffer.startsWith('\u001b')) {
      const end = this.#buffer.indexOf('\u001b');
      this.#pushTyped(this.#drop(end === -1 ? this.#buffer.length : end));
      return true;
    }
    const sequence = sequenceAt(this.#buffer);
    if (sequence.kind === 'incomplete') return this.#wait(sequence.begun);
    this.#drop(sequence.length);
    this.#deliver(sequence);
    return true;
  }

  #deliver(sequence: Exclude<Sequence, { kind: 'incomplete' }>): void {
    switch (sequence.kind) {
      case 'key':
        return this.#pushToken(sequence.token);
      case 'function':
        return this.#tell({ kind: 'key', key: `F${sequence.number}` });
      case 'focus':
        return this.#tell({ kind: 'focus', focused: sequence.focused });
      case 'mouse':
        return this.#tell({ kind: 'mouse', mouse: sequence.mouse });
      case 'paste':
        return this.#pushPaste(sequence.text);
      case 'ignored':
        return undefined;
    }
  }

  #wait(begun: 'escape' | 'sequence' | 'paste'): false {
    if (begun === 'paste') return this.#waitForPaste();
    const isEscape = begun === 'escape';
    this.#arm(isEscape ? escapeTimeoutMs : pasteTimeoutMs, () => {
      this.#buffer = '';
      this.#escapeWasAlone = isEscape;
      if (isEscape) this.#pushToken(escapeToken);
    });
    return false;
  }

  /** A paste that is too long, or that somebody breaks off, is over; so is one that stalls. */
  #waitForPaste(): false {
    const isBroken = this.#buffer.includes(interrupt) || this.#buffer.includes(kittyInterrupt);
    if (isBroken) {
      this.#abandon('unterminated');
      this.#pushToken(interrupt);
    } else if (Buffer.byteLength(this.#buffer) > 2 * pasteBytesMax) {
      this.#abandon('too-long');
    } else {
      this.#arm(pasteTimeoutMs, () => this.#abandon('unterminated'));
    }
    return false;
  }

  #abandon(reason: 'too-long' | 'unterminated'): void {
    this.#forget();
    this.#isDiscarding = true;
    this.#arm(pasteTailQuietMs, () => this.#endDiscarding());
    this.#tell({ kind: 'paste-refused', reason });
  }

  #discard(): boolean {
    const end = this.#buffer.indexOf(pasteEnd);
    if (end !== -1) {
      this.#drop(end + pasteEnd.length);
      this.#isDiscarding = false;
      return true;
    }
    // The marker itself can come in two parts.
    this.#buffer = this.#buffer.slice(-(pasteEnd.length - 1));
    this.#arm(pasteTailQuietMs, () => this.#endDiscarding());
    return false;
  }

  #endDiscarding(): void {
    this.#isDiscarding = false;
    this.#buffer = '';
  }

  #pushPaste(text: string): void {
    if (Buffer.byteLength(text) > pasteBytesMax) {
      this.#tell({ kind: 'paste-refused', reason: 'too-long' });
    } else {
      this.#pushToken(pasteStart + text + pasteEnd);
    }
  }

  #pushTyped(text: string): void {
    const keys = Array.from(graphemes.segment(text), ({ segment }) => segment);
    if (isBurst(keys)) {
      this.#pushPaste(text);
      return;
    }
    for (const key of keys) this.#pushToken(key === '\r\n' ? '\r' : key);
  }

  /** An application that reads nothing loses keys, not memory. */
  #pushToken(token: string): void {
    if (this.readableLength < inputTokensMax) this.push(token);
  }

  #tell(event: SideEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #drop(length: number): string {
    const dropped = this.#buffer.slice(0, length);
    this.#buffer = this.#buffer.slice(length);
    return dropped;
  }

  #arm(delayMs: number, act: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#schedule(delayMs, act);
  }

  #forget(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    this.#buffer = '';
    this.#escapeWasAlone = false;
  }
}

/** Many different printable keys in one read; one key many times is a key held down. */
function isBurst(keys: readonly string[]): boolean {
  const printable = keys.filter((key) => !/^\p{Cc}/u.test(key));
  return printable.length > burstKeysMax && new Set(printable).size > 1;
}

function scheduleTimer(delayMs: number, act: () => void): () => void {
  const timer = setTimeout(act, delayMs);
  return () => clearTimeout(timer);
}

/**
 * The terminal of the program: /dev/tty in raw mode on the alternate screen. Reads go into one
 * buffer of ours (the platform is told to use it), which is zeroed after each; writes are whole
 * frames from memory that is zeroed, too. However the process ends, short of SIGKILL, the screen is
 * wiped and the mode put back; after SIGKILL the launcher does it.
 */
import { constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { failure } from '../../shared/errors/failure.ts';
import { secretBytes } from '../../shared/secret-bytes.ts';
import { terminalReadBytesMax } from './limits.ts';
import {
  clearScreen,
  enterScreen,
  frameBytes,
  frameColumns,
  frameRows,
  leaveScreen,
  type Line,
} from './screen.ts';

export class EntryTerminal {
  readonly #input: ReadStream;
  readonly #output: number;
  #left = false;

  /** `onBytes` sees each chunk while it lasts. Throws `entry.no-terminal`. */
  constructor(onBytes: (chunk: Uint8Array) => void) {
    const buffer = secretBytes(terminalReadBytesMax);
    this.#output = openTerminal(constants.O_WRONLY);
    const callback = (count: number): boolean => {
      onBytes(buffer.subarray(0, count));
      buffer.fill(0, 0, count);
      return true;
    };
    this.#input = new ReadStream(openTerminal(constants.O_RDWR), { onread: { buffer, callback } });
    this.#input.setRawMode(true);
    this.#write(Buffer.from(enterScreen));
  }

  /** Begins to read; `onEnd` when the terminal is gone. */
  start(onEnd: () => void): void {
    this.#input.once('end', onEnd);
    this.#input.once('error', onEnd);
    this.#input.resume();
  }

  /** Columns and rows, where the terminal tells them. */
  get size(): readonly [columns: number, rows: number] {
    return process.stdout.isTTY ? process.stdout.getWindowSize() : [frameColumns, frameRows];
  }

  /** Calls back when the size is another, after what was drawn is wiped. */
  onResize(redraw: () => void): void {
    process.stdout.on('resize', () => {
      this.#write(Buffer.from(clearScreen));
      redraw();
    });
  }

  /**
   * Calls back when the process goes on after a stop, in raw mode: the shell has had the terminal
   * meanwhile, and in its mode what is typed would be echoed.
   */
  onWoken(redraw: () => void): void {
    process.on('SIGCONT', () => {
      if (this.#left) return;
      // The platform sets no mode that it believes to be set.
      this.#input.setRawMode(false);
      this.#input.setRawMode(true);
      this.#write(Buffer.from(enterScreen));
      redraw();
    });
  }

  draw(lines: readonly Line[]): void {
    const frame = frameBytes(lines);
    this.#write(frame);
    frame.fill(0);
  }

  /** Wipes the screen and puts the terminal back; further calls do nothing. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#write(Buffer.from(leaveScreen));
    this.#input.setRawMode(false);
    this.#input.destroy();
  }

  /** A terminal that is gone takes nothing, and there is nobody to tell. */
  #write(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#output, bytes, at);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EIO')) throw error;
    }
  }
}

function openTerminal(flags: number): number {
  try {
    return openSync('/dev/tty', flags);
  } catch {
    throw failure('entry.no-terminal');
  }
}

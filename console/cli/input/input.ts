import { readFileSync, statSync } from 'node:fs';
import { failure } from '../../../shared/errors/failure.ts';
import { systemReason } from '../../client/small-file.ts';
import { inputBytesMax } from '../../limits.ts';
import type { InputStreams } from './input-streams.ts';
import { askMasked } from './masked-prompt.ts';

/** Where values come from that do not belong on a command line: standard input, files, a prompt. */
export class Input {
  readonly #streams: InputStreams;
  #taken = false;

  constructor(streams: InputStreams) {
    this.#streams = streams;
  }

  /** Whether a person can be asked. */
  get interactive(): boolean {
    return this.#streams.stdin.isTTY;
  }

  /**
   * All of standard input. It can be had once. Throws `cli.input-too-large`; the caller owns the
   * bytes and zeroes secrets.
   */
  async standardInput(): Promise<Buffer> {
    const source = 'standard input';
    if (this.#taken) {
      throw failure('cli.input-unreadable', { source, reason: 'it was used up by another value' });
    }
    this.#taken = true;
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.#streams.stdin as AsyncIterable<Buffer | string>) {
      const bytes = Buffer.from(chunk as string);
      length += bytes.length;
      chunks.push(bytes);
      if (length > inputBytesMax) throw failure('cli.input-too-large', { source, inputBytesMax });
    }
    const whole = Buffer.concat(chunks, length);
    for (const chunk of chunks) chunk.fill(0);
    return whole;
  }

  /** The content of a file. Throws `cli.input-unreadable`, `cli.input-too-large`. */
  file(path: string): Buffer {
    try {
      if (statSync(path).size <= inputBytesMax) return readFileSync(path);
    } catch (error) {
      throw failure('cli.input-unreadable', { source: path, reason: systemReason(error) });
    }
    throw failure('cli.input-too-large', { source: path, inputBytesMax });
  }

  /** What `-` (standard input) or a file's name stand for. */
  async fileOrStandardInput(name: string): Promise<Buffer> {
    return name === '-' ? this.standardInput() : this.file(name);
  }

  /**
   * A secret: asked for at the terminal without showing it, or else taken from standard input,
   * white space around it dropped. Throws `cli.input-empty`. The caller zeroes it.
   */
  async secret(what: string): Promise<Buffer> {
    const bytes = this.interactive
      ? await askMasked(this.#streams, `${what} (hidden): `)
      : await this.standardInput();
    const trimmed = trimBytes(bytes);
    if (trimmed.length > 0) return trimmed;
    throw failure('cli.input-empty', {
      source: this.interactive ? 'the answer' : 'standard input',
      what,
    });
  }

  /** A value exactly as it stands in standard input, or as it is typed at the terminal. */
  async value(what: string): Promise<Buffer> {
    return this.interactive ? askMasked(this.#streams, `${what} (hidden): `) : this.standardInput();
  }
}

/** The same memory without ASCII white space at its ends. */
export function trimBytes(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start += 1;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

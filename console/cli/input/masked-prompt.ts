import { failure } from '../../../shared/errors/failure.ts';
import { secretBytes } from '../../../shared/secret-bytes.ts';
import { promptBytesMax } from '../../limits.ts';
import type { InputStreams } from './input-streams.ts';

/**
 * Asks for a secret at the terminal and shows nothing but a `*` for each character. The terminal is
 * in raw mode meanwhile and is put back whatever happens: Enter, Ctrl-C, a signal, the end of the
 * process. What is typed is only ever bytes in one buffer that the caller zeroes.
 *
 * Keys: Enter ends, Backspace takes back, Ctrl-U starts anew, Ctrl-C and Ctrl-D abort. Escape
 * sequences (arrows) are dropped whole.
 */
export async function askMasked(streams: InputStreams, question: string): Promise<Buffer> {
  const { stdin, stderr } = streams;
  const line = new MaskedLine();
  const restore = enterRawMode(streams);
  stderr.write(question);
  try {
    for await (const chunk of stdin.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer;
      const outcome = line.take(bytes);
      bytes.fill(0);
      stderr.write(line.echo());
      if (outcome === 'done') return line.finish();
      if (outcome === 'aborted') throw failure('cli.prompt-aborted');
      if (outcome === 'too-long') throw failure('cli.prompt-too-long', { promptBytesMax });
    }
    throw failure('cli.prompt-aborted');
  } finally {
    line.forget();
    restore();
    stderr.write('\n');
  }
}

const signals = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/** Returns what puts the terminal back. */
function enterRawMode({ stdin }: InputStreams): () => void {
  const cooked = () => stdin.setRawMode(false);
  const end = () => process.exit(1); // runs `cooked` by the exit handler
  stdin.setRawMode(true);
  process.once('exit', cooked);
  for (const signal of signals) process.once(signal, end);
  return () => {
    process.removeListener('exit', cooked);
    for (const signal of signals) process.removeListener(signal, end);
    stdin.pause();
    cooked();
  };
}

type Outcome = 'more' | 'done' | 'aborted' | 'too-long';

const enter = 0x0a;
const carriageReturn = 0x0d;
const escape = 0x1b;
const backspaces: ReadonlySet<number> = new Set([0x08, 0x7f]);
const aborts: ReadonlySet<number> = new Set([0x03, 0x04]);
const clearLine = 0x15;

/** The line as it is typed. */
class MaskedLine {
  readonly #bytes = Buffer.from(secretBytes(promptBytesMax).buffer);
  #length = 0;
  #shown = 0;
  #escaping: 'no' | 'started' | 'inside' = 'no';

  take(chunk: Uint8Array): Outcome {
    for (const byte of chunk) {
      const outcome = this.#takeByte(byte);
      if (outcome !== 'more') return outcome;
    }
    return 'more';
  }

  /** What makes the terminal show as many stars as there are characters. */
  echo(): string {
    const stars = this.#characters();
    const change = stars - this.#shown;
    this.#shown = stars;
    return change >= 0 ? '*'.repeat(change) : '\b \b'.repeat(-change);
  }

  /** A copy of what was typed, for the caller to zero. */
  finish(): Buffer {
    const copy = Buffer.from(secretBytes(this.#length).buffer);
    this.#bytes.copy(copy, 0, 0, this.#length);
    return copy;
  }

  forget(): void {
    this.#bytes.fill(0);
  }

  #takeByte(byte: number): Outcome {
    if (this.#escaping !== 'no') return this.#skip(byte);
    if (byte === enter || byte === carriageReturn) return 'done';
    if (aborts.has(byte)) return 'aborted';
    if (byte === escape) this.#escaping = 'started';
    else if (backspaces.has(byte)) this.#takeBack();
    else if (byte === clearLine) this.#length = 0;
    else if (byte >= 0x20) return this.#append(byte);
    return 'more';
  }

  /** ESC, perhaps `[` or `O`, parameters, and one final byte. */
  #skip(byte: number): Outcome {
    const opens = this.#escaping === 'started' && (byte === 0x5b || byte === 0x4f);
    const continues = this.#escaping === 'inside' && byte < 0x40;
    this.#escaping = opens || continues ? 'inside' : 'no';
    return 'more';
  }

  #append(byte: number): Outcome {
    if (this.#length === promptBytesMax) return 'too-long';
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    return 'more';
  }

  /** One character: its last byte, and in UTF-8 those before it up to the first. */
  #takeBack(): void {
    while (this.#length > 0) {
      this.#length -= 1;
      const continuation = ((this.#bytes[this.#length] ?? 0) & 0xc0) === 0x80;
      if (!continuation) return;
    }
  }

  #characters(): number {
    const typed = this.#bytes.subarray(0, this.#length);
    return typed.reduce((count, byte) => count + ((byte & 0xc0) === 0x80 ? 0 : 1), 0);
  }
}

/**
 * Ink in this process, drawing into a terminal emulator: the escape stream that a real terminal
 * gets, its screen, cursor, modes and resizes. Every handle settles before it returns, so a test
 * never sleeps.
 */
import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { render, type Instance } from 'ink';
import type { ReactNode } from 'react';
import headless from '@xterm/headless';

export interface VirtualTerminal extends AsyncDisposable {
  /** One token per key, as the input wrapper hands them to Ink: `'j'`, `'\r'`, `'\u001b[A'`. */
  readonly keys: (...tokens: readonly string[]) => Promise<void>;
  readonly paste: (text: string) => Promise<void>;
  readonly resize: (columns: number, rows: number) => Promise<void>;
  readonly rerender: (tree: ReactNode) => Promise<void>;
  /** The rows in sight, without the spaces at their ends. */
  readonly screen: () => readonly string[];
  /** `screen` as one text. */
  readonly text: () => string;
  readonly cell: (x: number, y: number) => ScreenCell;
  readonly isAlternate: () => boolean;
  readonly isRaw: () => boolean;
  /** All that was ever written, escapes included. */
  readonly raw: () => string;
  readonly settle: () => Promise<void>;
  readonly app: Instance;
}

export interface ScreenCell {
  readonly characters: string;
  /** Number of a palette colour, or of an RGB value; -1 is the terminal's own. */
  readonly foreground: number;
  readonly background: number;
  readonly bold: boolean;
  readonly inverse: boolean;
  readonly underline: boolean;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Input that the test feeds itself; `keys` and `paste` do nothing then. */
  readonly stdin?: Readable;
}

/** How long a frame may take to be flushed before the test goes on without it. */
const flushMsMax = 200;

/** Mounts a tree in a terminal of 80 by 24 unless told otherwise. */
export async function mount(
  tree: ReactNode,
  options: TerminalOptions = {},
): Promise<VirtualTerminal> {
  const { columns = 80, rows = 24 } = options;
  assert.ok(process.env['FORCE_COLOR'], 'run this file with FORCE_COLOR=3, as npm test does');
  const emulator = new headless.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    convertEol: true,
  });
  const stdout = new EmulatorOutput(emulator);
  const stdin = new TokenInput();
  const app = render(tree, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stdout as unknown as NodeJS.WriteStream,
    stdin: (options.stdin ?? stdin) as unknown as NodeJS.ReadStream,
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 1_000,
  });
  const terminal = handlesOf({ app, emulator, stdin, stdout });
  await terminal.settle();
  return terminal;
}

interface Parts {
  readonly app: Instance;
  readonly emulator: headless.Terminal;
  readonly stdin: TokenInput;
  readonly stdout: EmulatorOutput;
}

function handlesOf({ app, emulator, stdin, stdout }: Parts): VirtualTerminal {
  const settle = async (): Promise<void> => {
    await nextTurn();
    await Promise.race([app.waitUntilRenderFlush(), delay(flushMsMax, undefined, { ref: false })]);
    await new Promise<void>((resolve) => emulator.write('', resolve));
  };
  const send = async (tokens: readonly string[]): Promise<void> => {
    for (const token of tokens) {
      stdin.push(token);
      await settle();
    }
  };
  const screen = (): readonly string[] => screenOf(emulator);
  return {
    app,
    settle,
    screen,
    keys: (...tokens) => send(tokens),
    paste: (text) => send([`\u001b[200~${text}\u001b[201~`]),
    resize: async (columns, rows) => {
      emulator.resize(columns, rows);
      stdout.emit('resize');
      await settle();
      await settle();
    },
    rerender: async (tree) => {
      app.rerender(tree);
      await settle();
    },
    text: () => screen().join('\n'),
    cell: (x, y) => cellOf(emulator, x, y),
    isAlternate: () => emulator.buffer.active.type === 'alternate',
    isRaw: () => stdin.isRaw,
    raw: () => stdout.raw,
    [Symbol.asyncDispose]: async () => {
      app.unmount();
      await nextTurn();
      app.cleanup();
      emulator.dispose();
    },
  };
}

/** Its size is the emulator's; its callbacks come when the emulator has drawn. */
class EmulatorOutput extends Writable {
  readonly isTTY = true;
  raw = '';
  readonly #emulator: headless.Terminal;

  constructor(emulator: headless.Terminal) {
    super({ decodeStrings: false });
    this.#emulator = emulator;
  }

  get columns(): number {
    return this.#emulator.cols;
  }

  get rows(): number {
    return this.#emulator.rows;
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.raw += chunk;
    this.#emulator.write(chunk, done);
  }
}

/** A terminal's input that hands out one token per read. */
class TokenInput extends Readable {
  readonly isTTY = true;
  isRaw = false;

  constructor() {
    super({ objectMode: true });
  }

  setRawMode(on: boolean): this {
    this.isRaw = on;
    return this;
  }

  override setEncoding(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    // Tokens are pushed by the test.
  }
}

function screenOf(emulator: headless.Terminal): readonly string[] {
  const { active } = emulator.buffer;
  return Array.from({ length: emulator.rows }, (_, row) => {
    const line = active.getLine(active.viewportY + row);
    return line?.translateToString(true).trimEnd() ?? '';
  });
}

function cellOf(emulator: headless.Terminal, x: number, y: number): ScreenCell {
  const { active } = emulator.buffer;
  const cell = active.getLine(active.viewportY + y)?.getCell(x);
  return {
    characters: cell?.getChars() ?? '',
    foreground: cell === undefined || cell.isFgDefault() ? -1 : cell.getFgColor(),
    background: cell === undefined || cell.isBgDefault() ? -1 : cell.getBgColor(),
    bold: cell?.isBold() !== 0,
    inverse: cell?.isInverse() !== 0,
    underline: cell?.isUnderline() !== 0,
  };
}

/**
 * A program on a real pseudo-terminal, seen through a real terminal emulator: what it wrote is
 * applied to a screen, what the screen answers (device and cursor reports) goes back to it. End to
 * end tests type here and read what an operator would see.
 */
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 5;
const waitMsDefault = 30_000;
/** Bytes that the program wrote, kept to be searched for secrets. */
const rawCharactersMax = 16_777_216;

export interface PtyOptions {
  readonly file: string;
  readonly arguments?: readonly string[];
  readonly folder?: string;
  /** Beside what a terminal session has; a value of undefined takes a variable away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  readonly rows?: number;
}

export interface PtyExit {
  readonly code: number;
  /** Number of the signal that ended it; 0 when none did. */
  readonly signal: number;
}

export class PtyConsole implements AsyncDisposable {
  /** Resolves when the program has ended and all that it wrote is on the screen. */
  readonly exit: Promise<PtyExit>;
  readonly #pty: IPty;
  readonly #terminal: xterm.Terminal;
  #raw = '';
  #ended = false;

  constructor(options: PtyOptions) {
    const { columns = 80, rows = 24 } = options;
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    this.#pty = spawn(options.file, [...(options.arguments ?? [])], {
      name: 'xterm-256color',
      cols: columns,
      rows,
      cwd: options.folder ?? process.cwd(),
      env: sessionEnvironment(options.environment ?? {}),
    });
    this.#terminal.onData((answer) => this.#pty.write(answer));
    this.#pty.onData((text) => {
      this.#raw = (this.#raw + text).slice(-rawCharactersMax);
      this.#terminal.write(text);
    });
    this.exit = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        this.#ended = true;
        this.#terminal.write('', () => resolve({ code: exitCode, signal: signal ?? 0 }));
      });
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Everything written to the terminal so far, escapes included. */
  get raw(): string {
    return this.#raw;
  }

  /** The rows as they stand on the screen now, without the blanks at their ends. */
  get screen(): string {
    const { active } = this.#terminal.buffer;
    // The emulator keeps what lies beyond the edge of a screen that became narrower.
    const columns = this.#terminal.cols;
    const rows = Array.from({ length: this.#terminal.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true, 0, columns) ?? '').trimEnd(),
    );
    return rows.join('\n').trimEnd();
  }

  /** What a program that is gone should have put back, in words; empty when all is as it was. */
  get leftovers(): readonly string[] {
    const { modes, buffer } = this.#terminal;
    const found = {
      'alternate screen': buffer.active.type === 'alternate',
      'hidden cursor': this.#isLastOf('\u001b[?25l', '\u001b[?25h'),
      'bracketed paste': modes.bracketedPasteMode,
      'mouse reports': modes.mouseTrackingMode !== 'none',
      'focus reports': modes.sendFocusMode,
      'application cursor keys': modes.applicationCursorKeysMode,
      'application keypad': modes.applicationKeypadMode,
    };
    return Object.entries(found).flatMap(([what, isOn]) => (isOn ? [what] : []));
  }

  /** Types, as one chunk. */
  send(text: string): void {
    this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.resizeUnheard(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** The window has another size already, and the program will only hear of it. */
  resizeUnheard(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.#pty.pid, signal);
  }

  /** The terminal is gone, as when its window is closed; the kernel tells all who use it. */
  hangUp(): void {
    // Of every pseudo-terminal of the package, but not in its types.
    (this.#pty as IPty & { destroy(): void }).destroy();
  }

  /** The terminal takes nothing any more, until `resume()`. */
  pause(): void {
    this.#pty.pause();
  }

  resume(): void {
    this.#pty.resume();
  }

  /** Waits until the screen shows it; returns after how many milliseconds that was. */
  waitFor(pattern: string | RegExp, waitMs = waitMsDefault): Promise<number> {
    const isShown = (screen: string): boolean =>
      typeof pattern === 'string' ? screen.includes(pattern) : pattern.test(screen);
    return this.waitUntil(isShown, String(pattern), waitMs);
  }

  /** The same for any condition on the screen. */
  async waitUntil(
    isSo: (screen: string) => boolean,
    what: string,
    waitMs = waitMsDefault,
  ): Promise<number> {
    const startMs = performance.now();
    for (;;) {
      // Asked first: the last words may come, and the end with them, while the emulator settles.
      const hasEnded = this.#ended;
      await this.settle();
      const { screen } = this;
      if (isSo(screen)) return performance.now() - startMs;
      const isLate = performance.now() - startMs > waitMs;
      if (isLate || hasEnded) {
        const why = hasEnded ? 'the program has ended' : `not within ${waitMs} ms`;
        throw new Error(`${what}: ${why}; the screen is\n${screen}`);
      }
      await delay(pollMs);
    }
  }

  /** `exit`, but not for ever: a program that does not end shows why on its screen. */
  async ended(waitMs = waitMsDefault): Promise<PtyExit> {
    const late = new AbortController();
    const timeout = delay(waitMs, undefined, { signal: late.signal }).catch(() => undefined);
    const end = await Promise.race([this.exit, timeout]);
    late.abort();
    if (end === undefined) throw new Error(`it has not ended; the screen is\n${this.screen}`);
    return end;
  }

  /** Resolves when the emulator has applied what it was given. */
  settle(): Promise<void> {
    return new Promise((resolve) => this.#terminal.write('', resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#ended) {
      this.#pty.resume();
      this.#pty.kill('SIGKILL');
    }
    await this.exit;
    this.#terminal.dispose();
  }

  #isLastOf(sequence: string, opposite: string): boolean {
    return this.#raw.lastIndexOf(sequence) > this.#raw.lastIndexOf(opposite);
  }
}

/**
 * What a login would have: CI and colour settings of the machine that tests would change what the
 * program draws, and settings of a developer's own agent would lead it there.
 */
function sessionEnvironment(
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const isForeign = (name: string): boolean =>
    /^(?:STRONGBOX_|VAULT_|NODE_TEST|TMUX|STY|SSH_)|^(?:CI|NO_COLOR|FORCE_COLOR|NODE_OPTIONS)$/u.test(
      name,
    );
  const inherited = Object.entries(process.env).filter(([name]) => !isForeign(name));
  const all = { ...Object.fromEntries(inherited), COLORTERM: 'truecolor', ...own };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** Whether `script` (util-linux) can give a program a terminal here. */
export const hasTerminals: boolean =
  process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

/** A shell line on a terminal of its own: what a person would see, and what they would type. */
export class Terminal {
  #screen = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #watchers: (() => void)[] = [];

  constructor(line: string, env: Readonly<Record<string, string>>) {
    this.#child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (bytes: Buffer) => {
      this.#screen += bytes.toString('utf8');
      for (const watcher of this.#watchers.splice(0)) watcher();
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        for (const watcher of this.#watchers.splice(0)) watcher();
        resolve(code);
      });
    });
  }

  get screen(): string {
    return this.#screen;
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Resolves once the screen shows the text; rejects when the line ends without it. */
  async shows(text: string | RegExp): Promise<void> {
    while (this.#screen.search(text) < 0) {
      if (this.#child.exitCode !== null) {
        throw new Error(`the screen never showed ${text}: ${this.#screen}`);
      }
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  /** The exit code of the line. */
  ended(): Promise<number | null> {
    return this.#ended;
  }
}

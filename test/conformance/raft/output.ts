/** What a command prints: with a level below which log lines are dropped, and indented blocks. */
import type { Level, LogLine } from './render-event.ts';

const levels: readonly (Level | 'FATAL' | 'NONE')[] = [
  'DEBUG',
  'INFO',
  'WARN',
  'ERROR',
  'FATAL',
  'NONE',
];

export class Output {
  #level = 0;
  #text = '';

  /** At the highest level even what commands print is dropped. */
  get isQuiet(): boolean {
    return levels[this.#level] === 'NONE';
  }

  get level(): string {
    return levels[this.#level] ?? 'NONE';
  }

  setLevel(name: string): void {
    const level = levels.findIndex((known) => known === name.toUpperCase());
    if (level === -1) throw new Error(`log levels must be either of [${levels.join(' ')}]`);
    this.#level = level;
  }

  write(text: string): void {
    if (!this.isQuiet) this.#text += text;
  }

  log(line: LogLine | undefined): void {
    if (line === undefined || levels.indexOf(line.level) < this.#level) return;
    this.write(`${line.level} ${line.text}\n`);
  }

  /** Whatever the action prints stands two columns to the right. */
  indented(action: () => void): void {
    const before = this.#text;
    this.#text = '';
    action();
    const lines = this.#text.replace(/\n$/, '').split('\n');
    const block = this.#text === '' ? '' : lines.map((line) => `  ${line}\n`).join('');
    this.#text = before + block;
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}

import type { Writable } from 'node:stream';
import { failure } from '../../../shared/errors/failure.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../shared/json/value.ts';
import { type Format, jsonText, yamlText } from './formats.ts';
import { safeLines, safeText } from './safe-text.ts';

/** Results go to standard output in the wished format; everything else goes to standard error. */
export interface PrinterOptions {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
  readonly format: Format;
  /** `--field`: print this part of the result alone. */
  readonly field: string | undefined;
}

/** What a command found out. */
export interface Result {
  /** The whole for json and yaml. */
  readonly value: JsonValue;
  /** What `--field` chooses from; by default the value itself. */
  readonly fields?: JsonObject;
  /** The same for people. */
  readonly table: () => string;
}

export class Printer {
  readonly #options: PrinterOptions;

  constructor(options: PrinterOptions) {
    this.#options = options;
  }

  /** Prints a result. Throws `cli.field-unknown`. */
  async result({ value, fields, table }: Result): Promise<void> {
    const { format, field } = this.#options;
    if (field !== undefined) {
      await this.#field(fields ?? (isJsonObject(value) ? value : {}), field);
    } else if (format === 'json') await this.#write(jsonText(value));
    else if (format === 'yaml') await this.#write(await yamlText(value));
    else await this.#write(table());
  }

  /** Says that something was done; `value` is what programs are told. */
  async done(sentence: string, value: JsonObject = {}): Promise<void> {
    await this.result({ value, table: () => `${safeText(sentence)}\n` });
  }

  /** Text that is the result itself: a policy, a completion script, a new file. */
  async text(text: string): Promise<void> {
    await this.#write(this.#options.stdout.isTTY === true ? safeLines(text) : text);
  }

  /** A line beside the result, for whoever watches. */
  note(sentence: string): void {
    this.#options.stderr.write(`${safeText(sentence)}\n`);
  }

  warn(sentence: string): void {
    this.note(`Warning: ${sentence}`);
  }

  /** Exactly the value into a pipe; harmless, with a line end, to a terminal. */
  async #field(fields: JsonObject, name: string): Promise<void> {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined) {
      const known = Object.keys(fields).map(safeText).join(', ');
      throw failure('cli.field-unknown', { field: name, fields: known || 'none' });
    }
    if (this.#options.format !== 'table') {
      await this.#write(this.#options.format === 'json' ? jsonText(value) : await yamlText(value));
      return;
    }
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const onTerminal = this.#options.stdout.isTTY === true;
    await this.#write(onTerminal ? `${safeLines(text)}\n` : text);
  }

  /** Resolves when the text is handed over; a reader that went away is no error. */
  #write(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#options.stdout.write(text, () => resolve());
    });
  }
}

import { type Input, trimBytes } from './input.ts';

/** Shares one after another: asked for at the terminal, or the lines of standard input. */
export class ShareSource {
  readonly #input: Input;
  #rest: Buffer | undefined;

  constructor(input: Input) {
    this.#input = input;
  }

  /** The next share, for the caller to zero; undefined when standard input has no more. */
  async next(question: string): Promise<Buffer | undefined> {
    if (this.#input.interactive) return this.#input.secret(question);
    this.#rest ??= trimBytes(await this.#input.standardInput());
    if (this.#rest.length === 0) return undefined;
    const end = this.#rest.indexOf(0x0a);
    const line = trimBytes(end < 0 ? this.#rest : this.#rest.subarray(0, end));
    this.#rest = end < 0 ? Buffer.alloc(0) : trimBytes(this.#rest.subarray(end + 1));
    return line;
  }
}

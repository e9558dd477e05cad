import { failure } from '../../../shared/errors/failure.ts';
import { type Input, trimBytes } from './input.ts';

/** Shares one after another: asked for at the terminal, or the lines of standard input. */
export class ShareSource {
  readonly #input: Input;
  #rest: Buffer = Buffer.alloc(0);
  #taken = 0;

  private constructor(input: Input) {
    this.#input = input;
  }

  /**
   * Where nobody can be asked, standard input is read before anything is begun with what it has.
   * Throws `cli.input-empty`.
   */
  static async open(input: Input): Promise<ShareSource> {
    const shares = new ShareSource(input);
    if (input.interactive) return shares;
    shares.#rest = trimBytes(await input.standardInput());
    if (shares.#rest.length > 0) return shares;
    throw failure('cli.input-empty', { source: 'standard input', what: 'Share' });
  }

  /** The next share, for the caller to zero; undefined when standard input has no more. */
  async next(question: string): Promise<Buffer | undefined> {
    if (this.#input.interactive) return this.#input.secret(question);
    if (this.#rest.length === 0) return undefined;
    const end = this.#rest.indexOf(0x0a);
    const line = trimBytes(end < 0 ? this.#rest : this.#rest.subarray(0, end));
    this.#rest = end < 0 ? Buffer.alloc(0) : trimBytes(this.#rest.subarray(end + 1));
    this.#taken += 1;
    return line;
  }

  /** Which of several shares was the last one, for whoever piped them. */
  get refusedNote(): string | undefined {
    if (this.#taken === 0 || (this.#taken === 1 && this.#rest.length === 0)) return undefined;
    const before = this.#taken - 1;
    const entered = before === 1 ? '1 before it was' : `${before} before it were`;
    return `Share ${this.#taken} of standard input was not taken; ${entered}.`;
  }

  /** Zeroes what was not asked for. */
  close(): void {
    this.#rest.fill(0);
  }
}

/**
 * Reads the answers on one connection (RFC 9112), as bytes come: the status of each, and whether
 * the server closes after it. Bodies are counted and thrown away. Only what servers of the bench
 * send is understood: a body has a length; `100 Continue` and chunks are errors.
 */
export interface Answer {
  readonly status: number;
  readonly closes: boolean;
}

const endOfHead = '\r\n\r\n';
const headBytesMax = 65_536;

export class ResponseReader {
  readonly #onAnswer: (answer: Answer) => void;
  #head = '';
  /** Of the answer whose head is there. */
  #pending: Answer | undefined;
  #bodyBytesLeft = 0;

  constructor(onAnswer: (answer: Answer) => void) {
    this.#onAnswer = onAnswer;
  }

  /** Throws on what it does not understand; the connection is of no use then. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#pending === undefined ? this.#readHead(chunk, at) : this.#skipBody(chunk, at);
    }
  }

  #readHead(chunk: Buffer, at: number): number {
    const before = this.#head.length;
    this.#head += chunk.toString('latin1', at);
    const end = this.#head.indexOf(endOfHead);
    if (end < 0) {
      if (this.#head.length > headBytesMax) throw new Error('an answer has a head without end');
      return chunk.length;
    }
    this.#begin(this.#head.slice(0, end + 2));
    this.#head = '';
    return at + end + endOfHead.length - before;
  }

  #begin(head: string): void {
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1];
    if (status === undefined) throw new Error('an answer does not begin like one');
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
    const hasBody = status !== '204' && status !== '304';
    if (length === undefined && hasBody) throw new Error('an answer has no length');
    this.#pending = {
      status: Number(status),
      closes: /\r\nconnection: *close\r\n/i.test(head),
    };
    this.#bodyBytesLeft = hasBody ? Number(length) : 0;
    if (this.#bodyBytesLeft === 0) this.#finish();
  }

  #skipBody(chunk: Buffer, at: number): number {
    const skipped = Math.min(this.#bodyBytesLeft, chunk.length - at);
    this.#bodyBytesLeft -= skipped;
    if (this.#bodyBytesLeft === 0) this.#finish();
    return at + skipped;
  }

  #finish(): void {
    const answer = this.#pending;
    this.#pending = undefined;
    if (answer !== undefined) this.#onAnswer(answer);
  }
}

/**
 * Refuses reads of an overloaded agent for the price of a look at their bytes, before Node's server
 * makes a request of them: a refusal that costs a third of a served read takes half of the goodput
 * at twice the sustainable rate, and this one costs a tenth.
 *
 * No second parser of HTTP grows here. Only a head that every reader of RFC 9112 reads in the same
 * way is taken: it fills its chunk exactly, has no body and no header that could give it one, asks
 * for nothing below `sys/`, and its verb alone says whether it is a list. Whatever else comes goes
 * the common way, and is refused there.
 */
import { errorBody } from '../../../shared/api/error-body.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { retryAfterSeconds } from '../../../src/core/limits.ts';
import { headBytesMax } from '../limits.ts';
import { answerBytes } from '../answer-writer.ts';
import type { Admission } from './admission.ts';

const simpleRead =
  /^(?:GET \/v1\/(?!sys\/)[!"$->@-~]+|(?:LIST|SCAN) \/v1\/(?!sys\/)[!"$-~]+) HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~]*\r\n)+\r\n$/;
/** Headers that frame a body, change what the connection is, or get answers of their own. */
const notSimple =
  /\r\n(?:content-length|content-encoding|transfer-encoding|trailer|te|upgrade|expect|connection(?!: keep-alive\r)|origin|x-vault-namespace):/i;
const needsHost = /\r\nhost:/i;
/** Of GET. */
const letterG = 0x47;

export class EarlyRefusal {
  readonly #admission: Admission;
  readonly #encrypted: boolean;
  #answer: Buffer = Buffer.alloc(0);
  /** The second of its Date. */
  #answerSeconds = Number.NaN;

  constructor(admission: Admission, encrypted: boolean) {
    this.#admission = admission;
    this.#encrypted = encrypted;
  }

  /** The whole answer to what is a simple read, and refused; else undefined. */
  answerTo(chunk: Buffer): Buffer | undefined {
    if (chunk.length > headBytesMax) return undefined;
    const kind = chunk[0] === letterG ? 'read' : 'list';
    if (!this.#admission.refuses(kind)) return undefined;
    const head = chunk.toString('latin1');
    if (!simpleRead.test(head) || notSimple.test(head) || !needsHost.test(head)) return undefined;
    this.#admission.countRefused(kind);
    return this.#currentAnswer();
  }

  #currentAnswer(): Buffer {
    const seconds = Math.floor(Date.now() / 1_000);
    if (seconds !== this.#answerSeconds) {
      this.#answerSeconds = seconds;
      const refusal = failure('request.overloaded');
      const answer = { status: refusal.status, body: errorBody(refusal), retryAfterSeconds };
      this.#answer = answerBytes(answer, this.#encrypted, new Date(seconds * 1_000));
    }
    return this.#answer;
  }
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorBody } from '../../shared/api/error-body.ts';
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import type { ErrorCode } from '../../shared/errors/registry.ts';
import { retryAfterSeconds } from '../../src/core/limits.ts';
import type { CoreAnswer, CoreRequest } from '../../src/core/request.ts';
import { type Admitted, bodyBytesMax, isUrgent } from './admission/admission.ts';
import { skippedBodyBytesMax } from './admission/limits.ts';
import { wholeAnswer, writeAnswer } from './answer-writer.ts';
import { endsTheProcess } from './broken-promise.ts';
import { ClientSignal } from './client-signal.ts';
import type { EdgeContext, ExchangeOutcome } from './edge-context.ts';
import { zeroAndFree } from './connection/zero-and-free.ts';
import { checkBodyLength, readBody, skipBody } from './request-body.ts';
import { remoteOf } from './remote.ts';
import { checkHost, RequestHead } from './request-head.ts';
import { type RequestedOperation, requestedOperation } from './request-method.ts';
import { parseTarget } from './request-target.ts';
import { refusalOfUpgrade } from './upgrade.ts';
import type { VerbShim } from './connection/verb-shim.ts';

/** One request and its answer: from the parsed head to the last byte that the kernel took. */
export class HttpExchange {
  readonly #context: EdgeContext;
  readonly #shim: VerbShim;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #head: RequestHead;
  readonly #id: string = randomUUID();
  readonly #startedMs = performance.now();
  readonly #signal = new ClientSignal();
  #method: ExchangeOutcome['method'] = 'none';
  #urgent = false;
  #answered = false;
  /** Whether Node's response has its own part in the answer: a 100 before it, or a header. */
  #isUnusual = false;
  /** Whether nobody has asked for the body. */
  #bodyUnread = true;

  constructor(context: EdgeContext, request: IncomingMessage, response: ServerResponse) {
    this.#context = context;
    this.#request = request;
    this.#response = response;
    this.#shim = request.socket as unknown as VerbShim;
    this.#head = new RequestHead(request);
    this.#shim.begin(request, this.#head.framing);
    this.#shim.exchange = this;
    const endMs = this.#startedMs + context.limits.requestHandlingMs;
    this.#shim.deadline.arm(endMs, () => this.#expire());
  }

  /** Serves the request; settles when the answer is written (not yet sent). Never rejects. */
  async run(expectsContinue: boolean): Promise<void> {
    this.#isUnusual = expectsContinue;
    try {
      this.#answer(await this.#serve(expectsContinue));
    } catch (error) {
      this.#answerError(error);
    }
  }

  /** Answers with a refusal, without reading the request. */
  refuse(error: StrongBoxError): void {
    this.#isUnusual = true;
    this.#answerError(error);
  }

  /** The client cannot be answered any more. Returns whether nothing was answered yet. */
  abandon(): boolean {
    const unanswered = !this.#answered;
    this.#signal.abort();
    this.#answered = true;
    return unanswered;
  }

  async #serve(expectsContinue: boolean): Promise<CoreAnswer> {
    const operation = this.#checkHead();
    this.#method = operation.method;
    this.#urgent = isUrgent(operation);
    const bytesMax = bodyBytesMax(operation, this.#context.limits.requestBytes);
    checkBodyLength(this.#head.framing, bytesMax);
    const core = this.#coreRequest(operation);
    const refused = this.#checkRoom(operation, expectsContinue);
    if (refused !== undefined) await refused;
    if (expectsContinue) this.#response.writeContinue();
    this.#bodyUnread = false;
    const reading = readBody(
      this.#request,
      this.#head.framing,
      bytesMax,
      this.#context.admission.bodies,
    );
    const body = reading instanceof Promise ? await reading : reading;
    let admitted: Admitted | undefined;
    try {
      if (takesBody(operation.method)) {
        core.body = body;
        core.contentType = this.#head.mediaType;
      }
      // A body that is slow to come was not under way yet: it takes its place when it is whole.
      admitted = this.#context.admission.enter(core, core.body.length);
      return await this.#context.handler.handle(core);
    } finally {
      admitted?.leave();
      zeroAndFree(body);
    }
  }

  /**
   * Refuses before the body is read into memory, at once or when a small one was read away: clients
   * reconnect otherwise.
   */
  #checkRoom(operation: RequestedOperation, expectsContinue: boolean): Promise<void> | undefined {
    const { framing } = this.#head;
    try {
      const announced = framing.kind === 'length' ? framing.bytes : 0;
      this.#context.admission.check(operation, announced);
      return undefined;
    } catch (refusal) {
      const skipping = expectsContinue
        ? undefined
        : skipBody(this.#request, framing, skippedBodyBytesMax);
      if (skipping === undefined) throw refusal;
      return skipping.then(() => {
        throw refusal;
      });
    }
  }

  /** Everything that can be refused before the body is read. */
  #checkHead(): RequestedOperation {
    if (this.#request.httpVersion !== '1.1') throw failure('http.version-unsupported');
    this.#head.check();
    checkHost(this.#head, this.#context);
    this.#refuseWithoutUpgrade();
    const target = parseTarget(this.#request.url ?? '');
    const operation = requestedOperation(this.#request.method ?? '', this.#shim.verb, target);
    if (operation.method === 'patch') checkPatchType(this.#head.mediaType);
    return operation;
  }

  /** What comes here at the path of the channel was not taken over. */
  #refuseWithoutUpgrade(): void {
    if (this.#context.upgrade?.path !== this.#request.url) return;
    this.#isUnusual = true;
    this.#response.setHeader('Upgrade', 'websocket');
    this.#response.setHeader('Sec-WebSocket-Version', '13');
    const reason = 'it needs the header Connection: Upgrade';
    const refusal = refusalOfUpgrade(this.#context, this.#request);
    throw refusal ?? failure('control.handshake-invalid', { reason });
  }

  /** The request without its body, which has not been read yet. */
  #coreRequest(operation: RequestedOperation): Bodyless {
    return {
      id: this.#id,
      method: operation.method,
      path: operation.path,
      token: this.#head.token,
      namespace: this.#head.namespace,
      query: operation.query,
      wrapTtlSeconds: this.#head.wrapTtlSeconds,
      remote: remoteOf(this.#shim, this.#context.kind),
      signal: this.#signal,
      body: noBody,
      contentType: undefined,
    };
  }

  #answerError(error: unknown): void {
    if (endsTheProcess(error)) return;
    const refusal = error instanceof StrongBoxError ? error : this.#internal(error);
    const overloaded = refusal.status === 429 || refusal.code === 'http.stopping';
    const answer = { status: refusal.status, body: errorBody(refusal) };
    this.#answer(overloaded ? { ...answer, retryAfterSeconds } : answer, refusal.code);
  }

  #internal(error: unknown): StrongBoxError {
    this.#context.log.error('a request failed inside', { request_id: this.#id, error });
    return failure('request.internal');
  }

  #answer(answer: CoreAnswer, refusalCode?: ErrorCode): void {
    if (this.#answered) return;
    this.#answered = true;
    if (this.#bodyUnread) this.#request.on('data', zeroAndFree);
    const isFull = refusalCode === 'request.overloaded';
    // What is always taken on is asked in vain at the same pace as what is not.
    this.#shim.restsAfterwards = isFull || (this.#urgent && answer.status >= 400);
    if (this.#isLast()) this.#response.shouldKeepAlive = false;
    if (!this.#writeWhole(answer)) this.#write(answer);
    // Admission counts its own refusals: most of them never come here (early-refusal.ts).
    if (isFull) return;
    this.#context.observe?.({
      method: this.#method,
      status: answer.status,
      durationMs: performance.now() - this.#startedMs,
    });
  }

  #write(answer: CoreAnswer): void {
    this.#limitSending();
    const context = { encrypted: this.#shim.encrypted, namespace: this.#head.namespaceHeader };
    writeAnswer(this.#response, answer, context, () => this.#shim.finishAnswer());
    if (this.#shim.writableLength > this.#context.limits.unsentBytes) this.#shim.destroy();
  }

  /**
   * Nearly every answer is one text, which goes to the socket in one write: Node's response would
   * check, join and buffer what is known to be fine. It is told that it has finished.
   */
  #writeWhole(answer: CoreAnswer): boolean {
    const shim = this.#shim;
    const isPlain = this.#head.namespaceHeader === undefined && this.#request.method !== 'HEAD';
    if (!isPlain || this.#isUnusual || !this.#response.shouldKeepAlive) return false;
    const { keepAliveMs } = this.#context.limits;
    const whole = wholeAnswer(answer, shim.encrypted, { keepAliveMs, nowMs: Date.now() });
    if (whole === undefined || !shim.takesThrough(whole.text)) return false;
    const isTaken = shim.writeThrough(whole.text, whole.encoding, (error) => {
      if (error !== undefined && error !== null) return;
      this.#response.emit('finish');
      shim.finishAnswer();
    });
    if (!isTaken) this.#limitSending();
    return true;
  }

  #limitSending(): void {
    const { answerStallMs, answerSendMs } = this.#context.limits;
    this.#shim.limitSending({ stallMs: answerStallMs, sendMs: answerSendMs });
  }

  /** Whether the connection ends with this answer. */
  #isLast(): boolean {
    const { draining, limits } = this.#context;
    const worn = this.#shim.requestsBegun >= limits.requestsPerConnection;
    return draining || worn || !this.#request.complete;
  }

  /** The handler has not answered in time; it may still finish, unheard. */
  #expire(): void {
    this.#signal.abort();
    const seconds = this.#context.limits.requestHandlingMs / 1_000;
    this.#context.log.warn('a request was not answered in time', { request_id: this.#id });
    this.#answerError(failure('http.handling-timeout', { seconds }));
  }
}

const noBody = new Uint8Array(0);

/** A request to which its body is added when it has been read. */
type Bodyless = Omit<CoreRequest, 'body' | 'contentType'> & {
  body: Uint8Array;
  contentType: string | undefined;
};

function takesBody(method: CoreRequest['method']): boolean {
  return method === 'write' || method === 'patch';
}

function checkPatchType(mediaType: string | undefined): void {
  if (mediaType === undefined) throw failure('http.content-type-missing');
  if (mediaType !== 'application/merge-patch+json') {
    throw failure('http.content-type-unsupported');
  }
}

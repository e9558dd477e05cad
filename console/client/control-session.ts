/**
 * One open socket of the control channel: calls with ids and deadlines, updates, signs of life. It
 * ends once and for all; control-link.ts dials again.
 */
import type { RawData, WebSocket } from 'ws';
import { assert } from '../../shared/assert.ts';
import {
  controlMessageBytesMax,
  controlPendingRequestsMax,
  controlPingIntervalMs,
  controlSilenceMsMax,
} from '../../shared/control/limits.ts';
import type { ControlMethod, ParamsOf, ResultOf } from '../../shared/control/methods.ts';
import { controlCloseCodes } from '../../shared/control/protocol.ts';
import type { TopicUpdate } from '../../shared/control/topics.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { JsonValue } from '../../shared/json/value.ts';
import { type ControlPlace, type DialledControl, dialControl } from './control-dial.ts';
import { controlCallTimeoutMs, controlLeaveTimeoutMs } from './control-limits.ts';
import { callBytes, readMessage, writeCall } from './control-message.ts';
import { type ControlProblem, ControlRefusal } from './control-problem.ts';
import { resultOf } from './control-shapes.ts';
import { endpointText } from './endpoint.ts';

export interface SessionEnd {
  /** Of the close frame; 1006 where the connection just broke. */
  readonly code: number;
  /** In words, as the end of "the channel is not open (…)". */
  readonly reason: string;
}

export interface SessionListener {
  onUpdate(update: TopicUpdate): void;
  /** Any byte of the agent's. */
  onHeard(): void;
  /** Told once, after every waiting call was refused. */
  onEnd(end: SessionEnd): void;
}

/** Bytes to sign, and the connection that the signature will be good on. */
export interface BoundChallenge {
  readonly nonce: string;
  readonly connection: string;
}

interface Waiting {
  readonly settle: (result: JsonValue) => void;
  readonly refuse: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export class ControlSession {
  readonly #socket: WebSocket;
  readonly #connection: string;
  readonly #endpoint: string;
  readonly #listener: SessionListener;
  readonly #waiting = new Map<number, Waiting>();
  readonly #pinging: NodeJS.Timeout;
  #nextId = 1;
  #heardAtMs = performance.now();
  #ended = false;

  /** Dials. Throws what `dialControl` throws. */
  static async dial(place: ControlPlace, listener: SessionListener): Promise<ControlSession> {
    return new ControlSession(await dialControl(place), endpointText(place.endpoint), listener);
  }

  private constructor(dialled: DialledControl, endpoint: string, listener: SessionListener) {
    const { socket, connection } = dialled;
    this.#socket = socket;
    this.#connection = connection;
    this.#endpoint = endpoint;
    this.#listener = listener;
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('ping', () => this.#heard());
    socket.on('pong', () => this.#heard());
    socket.on('error', () => this.#end({ code: 1006, reason: 'the connection broke' }));
    socket.on('close', (code) => this.#end({ code, reason: closeReason(code) }));
    this.#pinging = setInterval(() => this.#ping(), controlPingIntervalMs);
  }

  /**
   * Calls a method. Throws ControlRefusal for what the agent refuses, ShapeProblem for an answer
   * that is not what was promised, `client.timeout`, `client.control-closed`,
   * `client.control-busy`, `client.request-too-large`.
   */
  async call<Method extends ControlMethod>(
    method: Method,
    params: ParamsOf<Method>,
    timeoutMs: number = controlCallTimeoutMs,
  ): Promise<ResultOf<Method>> {
    if (this.#ended) throw this.#closed('it was closed');
    if (this.#waiting.size >= controlPendingRequestsMax) {
      throw failure('client.control-busy', { controlPendingRequestsMax });
    }
    const id = this.#nextId;
    this.#nextId += 1;
    const call = writeCall(id, method, params);
    const bytes = callBytes(call);
    if (bytes > controlMessageBytesMax) {
      throw failure('client.request-too-large', {
        bytes,
        requestBytesMax: controlMessageBytesMax,
      });
    }
    this.#socket.send(call);
    return resultOf(method)(await this.#answer(id, timeoutMs), 'result');
  }

  /** Asks for a challenge. Throws as `call`. */
  async challenge(): Promise<BoundChallenge> {
    const { nonce } = await this.call('challenge', {});
    return { nonce, connection: this.#connection };
  }

  close(end: SessionEnd = closedHere): void {
    this.#leave(end.code);
    this.#end(end);
  }

  /** Says goodbye, but waits no longer than a moment for the answer. */
  #leave(code: number): void {
    this.#socket.close(code);
    setTimeout(() => this.#socket.terminate(), controlLeaveTimeoutMs).unref();
  }

  #answer(id: number, timeoutMs: number): Promise<JsonValue> {
    return new Promise((settle, refuse) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        refuse(failure('client.timeout', { endpoint: this.#endpoint, timeoutMs }));
      }, timeoutMs);
      this.#waiting.set(id, { settle, refuse, timer });
    });
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#heard();
    if (this.#ended) return;
    try {
      assert(Buffer.isBuffer(data), 'the socket gives messages as buffers');
      if (isBinary) throw new Error('binary');
      this.#take(readMessage(data));
    } catch {
      // Whoever sends this is no agent of ours, or of another version: nothing of it is used.
      this.#leave(controlCloseCodes.protocolViolation);
      this.#end({
        code: controlCloseCodes.protocolViolation,
        reason: 'the agent sent what is no message of this version',
      });
    }
  }

  #take(message: ReturnType<typeof readMessage>): void {
    if (message.kind === 'update') {
      this.#listener.onUpdate(message.update);
      return;
    }
    if (message.id === undefined) return;
    const waiting = this.#waiting.get(message.id);
    // An answer that came after its deadline: nobody waits for it.
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.kind === 'result') waiting.settle(message.result);
    else waiting.refuse(refusalOf(message.problem));
  }

  #ping(): void {
    if (performance.now() - this.#heardAtMs > controlSilenceMsMax) {
      this.#socket.terminate();
      this.#end({ code: controlCloseCodes.silent, reason: 'the agent has been silent' });
    } else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #heard(): void {
    this.#heardAtMs = performance.now();
    this.#listener.onHeard();
  }

  #end(end: SessionEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#pinging);
    for (const { refuse, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      refuse(this.#closed(end.reason));
    }
    this.#waiting.clear();
    this.#listener.onEnd(end);
  }

  #closed(reason: string): Error {
    return failure('client.control-closed', { endpoint: this.#endpoint, reason });
  }
}

/** Nothing is wrong: whoever had the socket wants it no longer. */
export const closedHere: SessionEnd = { code: 1000, reason: 'it was closed here' };

function refusalOf(problem: ControlProblem): Error {
  return new ControlRefusal(problem);
}

const closeReasons: ReadonlyMap<number, string> = new Map([
  [controlCloseCodes.tokenEnded, 'the token was revoked or has run out; log in again'],
  [controlCloseCodes.protocolViolation, 'the agent refused what was sent'],
  [controlCloseCodes.stopping, 'the agent is stopping'],
  [controlCloseCodes.silent, 'the agent heard nothing of this console'],
  [1006, 'the connection broke'],
  [1009, 'a message was too large'],
]);

function closeReason(code: number): string {
  return closeReasons.get(code) ?? `closed with code ${code}`;
}

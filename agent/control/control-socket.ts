/**
 * One console's socket: takes requests, answers them in whatever order they are done, and sends
 * what it subscribed to. What a peer does not take is bounded: above a mark nothing more is read
 * from it and nothing published, so a slow one loses updates and never costs memory.
 */
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { controlAnswerBytesMax, controlPendingRequestsMax } from '../../shared/control/limits.ts';
import { controlCloseCodes, type ControlMessageToConsole } from '../../shared/control/protocol.ts';
import type { TopicName } from '../../shared/control/topics.ts';
import { failure, isFailure } from '../../shared/errors/failure.ts';
import { canonicalPath } from '../../shared/path/canonical.ts';
import type { Remote } from '../../src/core/request.ts';
import type { Standing } from '../../src/core/standing.ts';
import type { Log } from '../../src/ports/log.ts';
import { endsTheProcess } from '../http/broken-promise.ts';
import type { Topics } from './feed.ts';
import {
  closeGraceMs,
  endedAnswerMsMax,
  endedGraceMs,
  finishMsMax,
  unsentAnonymousBytesHigh,
  unsentBytesHigh,
  unsentBytesMax,
} from './limits.ts';
import { type Message, readMessage } from './message.ts';
import type { Caller, Operators } from './methods/parts.ts';
import type { MethodTable } from './methods/table.ts';
import { rpcErrorOf } from './refusal.ts';
import { Session } from './session.ts';
import { Subscriptions, type TopicRight } from './subscriptions.ts';

export interface SocketPorts {
  readonly methods: MethodTable;
  readonly topics: Topics;
  readonly standing: Standing;
  readonly operators: Operators;
  readonly log: Log;
}

/** What a socket asks its server. */
interface Neighbours {
  /** Whether all sockets together hold back too much. */
  readonly isCrowded: () => boolean;
}

/** Whose socket it is, as the connection itself says. */
export interface Origin {
  readonly remote: Remote;
  /** See connection-binding.ts. */
  readonly connection: string;
}

export class ControlSocket implements Caller {
  readonly session: Session;
  readonly #socket: WebSocket;
  readonly #ports: SocketPorts & Neighbours;
  readonly #subscriptions: Subscriptions;
  readonly #pending = new Set<number>();
  #finishing = false;
  /** Its token has ended. */
  #ending = false;
  /** The last waiting call was answered. */
  #answeredAll: () => void = () => undefined;
  #heardMs = performance.now();
  /** At the last beat. */
  #lastUnsentBytes = 0;

  constructor(socket: WebSocket, { remote, connection }: Origin, ports: SocketPorts & Neighbours) {
    this.session = new Session(randomUUID(), remote, connection);
    this.#socket = socket;
    this.#ports = ports;
    this.#subscriptions = new Subscriptions({
      topics: ports.topics,
      rightTo: (topic) => this.#rightTo(topic),
      send: (params) => this.#send({ jsonrpc: '2.0', method: 'update', params }),
      isSlow: () => socket.bufferedAmount > this.#unsentHigh,
      onError: (error) => this.#logUnexpected('a topic failed', error),
    });
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('pong', () => this.#heard());
    // It closes by itself then, with the code that says why.
    socket.on('error', (error) =>
      ports.log.debug('a control socket broke', { error: error.message }),
    );
    socket.once('close', () => this.#closed());
  }

  subscribe(topic: TopicName): ReturnType<Caller['subscribe']> {
    return this.#subscriptions.subscribe(topic);
  }

  unsubscribe(topic: TopicName): void {
    this.#subscriptions.unsubscribe(topic);
  }

  /** Closes a peer that has been silent for too long; asks the others whether they are there. */
  beat(silenceMsMax: number): void {
    const { bufferedAmount } = this.#socket;
    // Who takes bytes is there, even where its pong waits behind what we do not read.
    if (bufferedAmount < this.#lastUnsentBytes) this.#heard();
    this.#lastUnsentBytes = bufferedAmount;
    if (performance.now() - this.#heardMs > silenceMsMax) this.close(controlCloseCodes.silent);
    else if (this.#isOpen) this.#socket.ping();
  }

  /**
   * Closes the socket if its token has ended; shows it what it could not be shown before. While
   * sealed nobody can tell.
   */
  async checkToken(): Promise<void> {
    const { token } = this.session;
    if (token === undefined || !this.#isOpen) return;
    const state = await this.#ports.standing.state(token);
    if (state === 'live') this.#subscriptions.retry();
    if (state === 'ended' && token === this.session.token) void this.#endAfterAnswers(token);
  }

  /**
   * Takes a proved name back if its key was replaced or forgotten since. While sealed nobody can
   * tell. Whether it was taken.
   */
  async checkOperator(): Promise<boolean> {
    const { proof } = this.session;
    if (proof === undefined || !this.#isOpen) return false;
    const found = await this.#ports.operators.find(proof.operator).catch(unlessSealed);
    if (found === 'sealed' || this.session.proof !== proof) return false;
    if (found !== undefined && Buffer.compare(found.signingKey, proof.signingKey) === 0) {
      return false;
    }
    this.session.disprove();
    return true;
  }

  /** Begins the closing handshake; a peer that does not take part is cut off soon. */
  close(code: number): void {
    if (!this.#isOpen) return;
    this.session.signal.aborted = true;
    this.#subscriptions.close();
    // Its half of the handshake is to be read, however much it was held back.
    this.#socket.resume();
    this.#socket.close(code);
    const graceMs = code === controlCloseCodes.tokenEnded ? endedGraceMs : closeGraceMs;
    setTimeout(() => this.#socket.terminate(), graceMs).unref();
  }

  /** Takes no more calls, answers those that wait, and closes. */
  async finish(code: number): Promise<void> {
    this.#finishing = true;
    await this.#answered(finishMsMax);
    this.close(code);
  }

  /**
   * The call that took a token's last use was served, and is to be answered. Later ones are refused
   * by the core, and updates by their right.
   */
  async #endAfterAnswers(token: string): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    await this.#answered(endedAnswerMsMax);
    this.#ending = false;
    // It may have shown another one meanwhile.
    if (token === this.session.token) this.close(controlCloseCodes.tokenEnded);
  }

  /** No call waits any more, or the time is over. */
  async #answered(msMax: number): Promise<void> {
    if (this.#pending.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#answeredAll = resolve;
      setTimeout(resolve, msMax).unref();
    });
  }

  /** Bytes that the peer has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Above it nothing is read and nothing published. */
  get #unsentHigh(): number {
    return this.session.token === undefined ? unsentAnonymousBytesHigh : unsentBytesHigh;
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #receive(data: Buffer, isBinary: boolean): void {
    this.#heard();
    // What was on its way when the socket began to close is not served.
    if (!this.#isOpen || isBinary) data.fill(0);
    if (!this.#isOpen) return;
    try {
      if (isBinary) throw failure('control.message-invalid', { reason: 'it is binary' });
      const message = readMessage(data);
      try {
        this.#admit(message);
      } catch (error) {
        message.body?.fill(0);
        throw error;
      }
      void this.#serve(message);
    } catch (error) {
      this.#answerError(null, error);
      this.close(controlCloseCodes.protocolViolation);
    }
  }

  #admit({ id }: Message): void {
    if (this.#pending.has(id)) {
      throw failure('control.message-invalid', { reason: 'its id is that of a waiting request' });
    }
    if (this.#pending.size >= controlPendingRequestsMax) {
      throw failure('control.too-many-pending', { pendingMax: controlPendingRequestsMax });
    }
    this.#pending.add(id);
  }

  async #serve(message: Message): Promise<void> {
    const { id } = message;
    try {
      if (this.#finishing) throw failure('http.stopping');
      const method = this.#ports.methods.get(message.method);
      if (method === undefined) throw failure('control.method-unknown');
      const result = await method(this, message);
      this.#send({ jsonrpc: '2.0', id, result });
    } catch (error) {
      this.#answerError(id, error);
    } finally {
      message.body?.fill(0);
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#answeredAll();
    }
  }

  #answerError(id: number | null, cause: unknown): void {
    let error = rpcErrorOf(cause);
    if (error === undefined) {
      this.#logUnexpected('a call on the control channel failed', cause);
      error = rpcErrorOf(failure('request.internal'));
    }
    if (error !== undefined) this.#send({ jsonrpc: '2.0', id, error });
  }

  #send(message: ControlMessageToConsole): void {
    if (!this.#isOpen) return;
    const text = JSON.stringify(message);
    if ('result' in message && Buffer.byteLength(text) > controlAnswerBytesMax) {
      const answerBytesMax = controlAnswerBytesMax;
      return this.#answerError(message.id, failure('control.answer-too-large', { answerBytesMax }));
    }
    this.#socket.send(text, () => this.#taken());
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount <= this.#unsentHigh) return;
    if (bufferedAmount > unsentBytesMax || this.#ports.isCrowded()) this.#socket.terminate();
    else this.#socket.pause();
  }

  /** The peer has taken a message. */
  #taken(): void {
    if (this.#socket.bufferedAmount > this.#unsentHigh) return;
    if (this.#socket.isPaused) this.#socket.resume();
    this.#subscriptions.wake();
  }

  #heard(): void {
    this.#heardMs = performance.now();
  }

  async #rightTo(topic: TopicName): Promise<TopicRight> {
    const { token } = this.session;
    if (token === undefined) return 'denied';
    const { standing } = this.#ports;
    const path = canonicalPath(`sys/control/${topic}`);
    if (await standing.allows(token, path, 'read')) return 'granted';
    return (await standing.state(token)) === 'sealed' ? 'sealed' : 'denied';
  }

  #logUnexpected(what: string, error: unknown): void {
    if (!endsTheProcess(error)) this.#ports.log.error(what, { error });
  }

  #closed(): void {
    this.session.signal.aborted = true;
    this.#subscriptions.close();
  }
}

function unlessSealed(error: unknown): 'sealed' {
  if (isFailure(error, 'request.sealed')) return 'sealed';
  throw error;
}

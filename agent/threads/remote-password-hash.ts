/** The hash port of a request thread: each hash is made on the main thread. */
import type { MessagePort } from 'node:worker_threads';
import { failure } from '../../shared/errors/failure.ts';
import { copySecret } from '../../shared/secret-bytes.ts';
import type { Argon2idRequest, PasswordHash } from '../../src/ports/password-hash.ts';
import { slowJobsRunningMax, slowJobsWaitingMax } from '../limits.ts';
import { failureOf } from './failure-message.ts';
import { hear } from './hear.ts';
import type { PasswordCall, PasswordNews } from './password-messages.ts';
import { WaitingCalls } from './waiting-calls.ts';

export class RemotePasswordHash implements PasswordHash {
  readonly #port: MessagePort;
  readonly #waiting = new WaitingCalls(
    slowJobsRunningMax + slowJobsWaitingMax,
    'runtime.overloaded',
  );

  constructor(port: MessagePort) {
    this.#port = port;
    hear(port, (news: PasswordNews) => this.#hear(news));
    port.on('close', () => this.#waiting.refuseAll(failure('store.closed')));
    // It waits for nobody: what asks for a hash keeps the thread alive.
    port.unref();
  }

  async argon2id(request: Argon2idRequest): Promise<Uint8Array<ArrayBuffer>> {
    return this.#waiting.call((id) => this.#send(id, request));
  }

  /** Not with others of its turn: what is secret leaves this thread at once. */
  #send(id: number, request: Argon2idRequest): void {
    const { secret, associatedData } = request;
    const password = copySecret(request.password);
    const salt = copySecret(request.salt);
    const pepper = secret && copySecret(secret);
    const data = associatedData && copySecret(associatedData);
    const call: PasswordCall = {
      id,
      request: {
        ...request,
        password,
        salt,
        ...(pepper && { secret: pepper }),
        ...(data && { associatedData: data }),
      },
    };
    const handedOver = [password, salt, pepper, data].flatMap((bytes) => bytes?.buffer ?? []);
    this.#port.postMessage(call, handedOver);
  }

  #hear(news: PasswordNews): void {
    if (news.kind === 'hashed') this.#waiting.answer(news.id, news.tag);
    else this.#waiting.refuse(news.id, failureOf(news.failure));
  }
}

/**
 * The core as consoles reach it: with a share of the agent that no load on its listeners can use
 * up, and that they in turn cannot exceed. Answers reject with `request.overloaded` beyond it.
 *
 * A console that has shown no token has no part in it, or a crowd of them would keep operators out.
 * It has one request under way and keeps a few small ones waiting, whatever others do.
 */
import { failure } from '../../shared/errors/failure.ts';
import type { CoreAnswer, CoreRequest } from '../../src/core/request.ts';
import type { Admission } from '../http/admission/admission.ts';
import type { RequestHandler } from '../http/request-handler.ts';
import { anonymousBodyBytesMax, anonymousCallsMax } from './limits.ts';
import type { Session } from './session.ts';

/** The requests of a console without a token. */
interface Queue {
  last: Promise<unknown>;
  length: number;
}

export class ConsoleShare {
  readonly #handler: RequestHandler;
  readonly #admission: Admission;
  readonly #queues = new WeakMap<Session, Queue>();

  constructor(handler: RequestHandler, admission: Admission) {
    this.#handler = handler;
    this.#admission = admission;
  }

  /** Throws `http.body-too-large` for a large body of a console without a token. */
  async handle(request: CoreRequest, session: Session): Promise<CoreAnswer> {
    return session.token === undefined ? this.#inTurn(request, session) : this.#shared(request);
  }

  async #inTurn(request: CoreRequest, session: Session): Promise<CoreAnswer> {
    if (request.body.length > anonymousBodyBytesMax) {
      throw failure('http.body-too-large', { requestBytesMax: anonymousBodyBytesMax });
    }
    const queue = this.#queueOf(session);
    if (queue.length >= anonymousCallsMax) throw failure('request.overloaded');
    const handle = (): Promise<CoreAnswer> => this.#handler.handle(request);
    const answer = queue.last.then(handle, handle);
    queue.last = answer;
    queue.length += 1;
    try {
      return await answer;
    } finally {
      queue.length -= 1;
    }
  }

  #queueOf(session: Session): Queue {
    const queue = this.#queues.get(session) ?? { last: Promise.resolve(), length: 0 };
    this.#queues.set(session, queue);
    return queue;
  }

  async #shared(request: CoreRequest): Promise<CoreAnswer> {
    const admitted = this.#admission.enter(request, request.body.length, 'control');
    try {
      return await this.#handler.handle(request);
    } finally {
      admitted.leave();
    }
  }
}

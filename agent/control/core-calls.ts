/**
 * Calls of a socket through the core, the one door: what a console asks for is decided, recorded
 * and answered like a request that came over HTTP.
 */
import { randomUUID } from 'node:crypto';
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { stringifyJson } from '../../shared/json/stringify.ts';
import { isJsonObject, type JsonObject } from '../../shared/json/value.ts';
import { canonicalPath } from '../../shared/path/canonical.ts';
import type { CoreAnswer, CoreRequest } from '../../src/core/request.ts';
import type { ExchangeOutcome } from '../http/edge-context.ts';
import type { ConsoleShare } from './console-share.ts';
import { CoreRefusal, isRefusal } from './refusal.ts';
import type { Session } from './session.ts';

export interface Call {
  readonly method: CoreRequest['method'];
  /** Below `/v1/`, not percent-encoded. */
  readonly path: string;
  /** Default: that of the session. */
  readonly token?: string | undefined;
  readonly namespace?: string | undefined;
  readonly query?: CoreRequest['query'];
  /** Zeroed when the answer is there. */
  readonly body?: Uint8Array | undefined;
}

export interface CoreCallsPorts {
  readonly share: Pick<ConsoleShare, 'handle'>;
  /** Told of each answer (metrics). */
  readonly observe: (outcome: ExchangeOutcome) => void;
}

const noQuery: CoreRequest['query'] = new Map();
const noBody = new Uint8Array();

export class CoreCalls {
  readonly #ports: CoreCallsPorts;

  constructor(ports: CoreCallsPorts) {
    this.#ports = ports;
  }

  /** Throws `path.*`. */
  async answer(session: Session, call: Call): Promise<CoreAnswer> {
    const startedMs = performance.now();
    const { method, body = noBody } = call;
    try {
      const request = {
        id: randomUUID(),
        method,
        path: canonicalPath(call.path),
        token: call.token ?? session.token,
        namespace: call.namespace,
        query: call.query ?? noQuery,
        body,
        contentType: undefined,
        wrapTtlSeconds: undefined,
        remote: session.remote,
        signal: session.signal,
      };
      const answer = await this.#ports.share.handle(request, session);
      const durationMs = performance.now() - startedMs;
      this.#ports.observe({ method, status: answer.status, durationMs });
      return answer;
    } finally {
      body.fill(0);
    }
  }

  /** The body of an answer that is no refusal. Throws a CoreRefusal. */
  async body(session: Session, call: Call): Promise<JsonObject> {
    const answer = await this.answer(session, call);
    if (isRefusal(answer)) throw new CoreRefusal(answer);
    return answer.body ?? {};
  }

  /** The `data` of its envelope. Throws a CoreRefusal. */
  async data(session: Session, call: Call): Promise<JsonObject> {
    const { data } = await this.body(session, call);
    return isJsonObject(data) ? data : {};
  }
}

/** A body that holds no secret. */
export function plainBody(value: JsonObject): Uint8Array {
  return utf8Encode(stringifyJson(value));
}

import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../shared/errors/failure.ts';
import { stringifyJson } from '../../shared/json/stringify.ts';
import type { JsonObject } from '../../shared/json/value.ts';
import { requestBytesMax } from '../../shared/limits.ts';
import { retryWaitMs, retryWaitMsMax } from '../limits.ts';
import {
  type ApiAnswer,
  type Asked,
  answerFailure,
  dataOf,
  isPassing,
  isSealed,
  isSuccess,
  readBody,
  warningsOf,
} from './answer.ts';
import { apiPath, type Query, requestTarget } from './api-path.ts';
import { endpointText } from './endpoint.ts';
import { type RawAnswer, Transport, type TransportOptions } from './transport.ts';

/**
 * The API as the console speaks it. Errors are failures of the registry that name operation, path
 * and address: never the token, a body, or an answer's data.
 */

export type ApiOperation = 'read' | 'write' | 'patch' | 'delete' | 'list' | 'scan';

export interface ApiCall {
  readonly operation: ApiOperation;
  /** Below `/v1/`, as typed: checked and encoded here. */
  readonly path: string;
  readonly query?: Query;
  /** Bytes are sent as they are: for secrets that must not become strings. */
  readonly body?: JsonObject | Uint8Array;
}

export interface ClientOptions extends TransportOptions {
  readonly token: string | undefined;
  readonly namespace: string | undefined;
  readonly retriesMax: number;
  /** Told each line of an answer's `warnings`. */
  readonly onWarning: (warning: string) => void;
}

const methods: Readonly<Record<ApiOperation, string>> = {
  read: 'GET',
  write: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  list: 'GET',
  scan: 'GET',
};

export class Client {
  readonly endpoint: string;
  readonly #transport: Transport;
  readonly #token: string | undefined;
  readonly #namespace: string | undefined;
  readonly #retriesMax: number;
  readonly #onWarning: (warning: string) => void;

  constructor(options: ClientOptions) {
    this.endpoint = endpointText(options.endpoint);
    this.#transport = new Transport(options);
    this.#token = options.token;
    this.#namespace = options.namespace;
    this.#retriesMax = options.retriesMax;
    this.#onWarning = options.onWarning;
  }

  /** Whether requests carry a token. */
  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  /** Asks, repeats what may pass, and throws what is refused. */
  async request(call: ApiCall): Promise<ApiAnswer> {
    const path = apiPath(call.path);
    const asked = { operation: call.operation, path, endpoint: this.endpoint };
    for (let attempt = 1; ; attempt += 1) {
      const raw = await this.#send(call, path);
      const answer = { status: raw.status, body: readBody(raw, asked) };
      // Refusals may carry warnings, too: a hint at the right path, for example.
      for (const warning of warningsOf(answer.body)) this.#onWarning(warning);
      if (isSuccess(answer)) return answer;
      const passing = isPassing(raw.status) && !isSealed(answer);
      if (!passing || attempt > this.#retriesMax) throw answerFailure(answer, asked, attempt);
      await sleep(waitMs(attempt, raw.retryAfterSeconds));
    }
  }

  /** The same for calls whose answer is an envelope with data, which it returns. */
  async data(call: ApiCall): Promise<JsonObject> {
    const answer = await this.request(call);
    return dataOf(answer, this.#asked(call));
  }

  close(): void {
    this.#transport.close();
  }

  #asked(call: ApiCall): Asked {
    return { operation: call.operation, path: call.path, endpoint: this.endpoint };
  }

  #send(call: ApiCall, path: string): Promise<RawAnswer> {
    const { operation, query = {}, body } = call;
    const flags = { list: { list: 'true' }, scan: { scan: 'true' } } as const;
    const flag = operation === 'list' || operation === 'scan' ? flags[operation] : {};
    const target = requestTarget(path, { ...query, ...flag });
    const bytes = body === undefined || body instanceof Uint8Array ? body : encodeBody(body);
    if (bytes !== undefined && bytes.length > requestBytesMax) {
      throw failure('client.request-too-large', { bytes: bytes.length, requestBytesMax });
    }
    const method = methods[operation];
    return this.#transport.exchange({ method, target, headers: this.#headers(call), body: bytes });
  }

  #headers({ operation, body }: ApiCall): Record<string, string> {
    const patch = operation === 'patch';
    const type = patch ? 'application/merge-patch+json' : 'application/json';
    return {
      Accept: 'application/json',
      'X-Vault-Request': 'true',
      ...(body !== undefined && { 'Content-Type': type }),
      ...(this.#token !== undefined && { 'X-Vault-Token': this.#token }),
      ...(this.#namespace !== undefined && { 'X-Vault-Namespace': this.#namespace }),
    };
  }
}

function encodeBody(body: JsonObject): Uint8Array {
  return Buffer.from(stringifyJson(body));
}

function waitMs(attempt: number, retryAfterSeconds: number | undefined): number {
  const wished = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1_000;
  return Math.min(wished ?? retryWaitMs * 2 ** (attempt - 1), retryWaitMsMax);
}

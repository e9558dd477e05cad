import type { IncomingMessage } from 'node:http';
import { failure } from '../../shared/errors/failure.ts';
import { tokenBytesMax } from '../../shared/limits.ts';
import { durationSecondsOf } from '../../shared/units/duration.ts';
import {
  headBytesMax,
  headersMax,
  namespaceBytesMax,
  wrapTtlBytesMax,
  wrapTtlSecondsMax,
} from './limits.ts';
import type { CoreRequest } from '../../src/core/request.ts';
import type { HostNames } from './host-names.ts';
import type { Framing } from './connection/shim-types.ts';

/**
 * The headers that mean something to the edge, read from the raw list: Node joins or drops repeated
 * ones, and two tokens, hosts or lengths in one request are two stories for two readers.
 */

/** Headers that may appear once at most. */
const singletons: ReadonlySet<string> = new Set([
  'host',
  'origin',
  'expect',
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'transfer-encoding',
  'upgrade',
  'x-vault-namespace',
  'x-vault-request',
  'x-vault-token',
  'x-vault-wrap-format',
  'x-vault-wrap-ttl',
]);

const GRAPHIC = /^[\x21-\x7e]*$/;
const BEARER = 'Bearer ';

export class RequestHead {
  readonly #values: ReadonlyMap<string, string>;
  readonly #duplicate: string | undefined;
  readonly #count: number;

  constructor(request: IncomingMessage) {
    const raw = request.rawHeaders;
    const values = new Map<string, string>();
    let duplicate: string | undefined;
    for (let index = 0; index + 1 < raw.length; index += 2) {
      const name = (raw[index] ?? '').toLowerCase();
      if (!singletons.has(name)) continue;
      if (values.has(name)) duplicate = name;
      values.set(name, raw[index + 1] ?? '');
    }
    this.#values = values;
    this.#duplicate = duplicate;
    this.#count = raw.length / 2;
  }

  /**
   * How the body ends. llhttp has refused what is not plain digits or `chunked`, and both at once.
   */
  get framing(): Framing {
    if (this.#values.has('transfer-encoding')) return { kind: 'chunked' };
    return { kind: 'length', bytes: Number(this.#values.get('content-length') ?? 0) };
  }

  get host(): string | undefined {
    return this.#values.get('host');
  }

  get namespaceHeader(): string | undefined {
    return this.#values.get('x-vault-namespace');
  }

  /** Throws what is wrong with the headers as a whole. */
  check(): void {
    if (this.#count > headersMax) {
      throw failure('http.headers-too-large', { headBytesMax, headersMax });
    }
    if (this.#duplicate !== undefined) {
      throw failure('http.header-duplicate', { header: this.#duplicate });
    }
    if (this.#values.has('origin')) throw failure('http.origin-refused');
    if ((this.#values.get('content-encoding') ?? 'identity') !== 'identity') {
      throw failure('http.content-encoding-unsupported');
    }
  }

  /** The token from `X-Vault-Token`, else from `Authorization: Bearer`. Throws on odd ones. */
  get token(): string | undefined {
    const direct = this.#values.get('x-vault-token');
    if (direct !== undefined && direct !== '') {
      return graphic('X-Vault-Token', direct, tokenBytesMax);
    }
    const authorization = this.#values.get('authorization');
    if (authorization === undefined || !authorization.startsWith(BEARER)) return undefined;
    const token = graphic(
      'Authorization',
      authorization.slice(BEARER.length).trim(),
      tokenBytesMax,
    );
    return token === '' ? undefined : token;
  }

  get namespace(): string | undefined {
    const value = this.namespaceHeader;
    return value === undefined ? undefined : graphic('X-Vault-Namespace', value, namespaceBytesMax);
  }

  /** Seconds of `X-Vault-Wrap-TTL`; 0 and an empty value ask for no wrapping. */
  get wrapTtlSeconds(): number | undefined {
    const value = this.#values.get('x-vault-wrap-ttl');
    if (value === undefined || value === '') return undefined;
    const seconds = wrapSeconds(value);
    if (seconds === undefined) {
      const expected = `a duration such as 90 or 5m, of at most ${wrapTtlSecondsMax} seconds`;
      throw failure('http.header-invalid', { header: 'X-Vault-Wrap-TTL', expected });
    }
    return seconds === 0 ? undefined : seconds;
  }

  /** The media type in lower case, without its parameters. */
  get mediaType(): string | undefined {
    const value = this.#values.get('content-type');
    return value === undefined ? undefined : (value.split(';', 1)[0] ?? '').trim().toLowerCase();
  }
}

/** Throws `http.header-invalid` or `http.host-unknown`. */
export function checkHost(
  head: RequestHead,
  context: { readonly names: HostNames; readonly kind: CoreRequest['remote']['transport'] },
): void {
  const { host } = head;
  if (host === undefined || host === '') {
    throw failure('http.header-invalid', { header: 'Host', expected: 'sent' });
  }
  // No page can make a browser speak to a Unix socket; clients put anything there.
  if (context.kind !== 'unix' && !context.names.accepts(host)) throw failure('http.host-unknown');
}

function graphic(header: string, value: string, bytesMax: number): string {
  if (value.length > bytesMax || !GRAPHIC.test(value)) {
    const expected = `at most ${bytesMax} printable ASCII characters without spaces`;
    throw failure('http.header-invalid', { header, expected });
  }
  return value;
}

function wrapSeconds(value: string): number | undefined {
  const seconds = value.length > wrapTtlBytesMax ? undefined : durationSecondsOf(value);
  return seconds !== undefined && seconds <= wrapTtlSecondsMax ? seconds : undefined;
}

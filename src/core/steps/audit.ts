/**
 * Steps 6 and 9: what the audit log says of a request. A request with an effect has its record
 * before the effect and another before its answer; one without has a single record before its
 * answer; a refusal has one record, whatever it was for. Durable means: `append` has returned.
 */
import type {
  AuditedAuth,
  AuditedError,
  AuditedRequest,
  AuditedResponse,
  AuditEntry,
  KeyedHash,
} from '../../../shared/audit/entry.ts';
import type { StrongBoxError } from '../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import { formatTime } from '../../../shared/units/time.ts';
import type { AuditHasher } from '../../audit/hasher.ts';
import { auditTime } from '../../audit/time.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TokenRecord } from '../../tokens/token-record.ts';
import type { CoreOutcome } from '../core-call.ts';
import type { Exchange } from '../exchange.ts';

/** What the pipeline needs of the audit trail. */
export interface RecordTrail {
  /** Resolves when the record is durable on a device. Throws `audit.unavailable` and its like. */
  append(entry: AuditEntry): Promise<{ readonly index: number }>;
}

/** How a request ended, for its record. */
export interface Ending {
  readonly status: number;
  readonly outcome?: CoreOutcome;
  readonly warnings: number;
  readonly error?: StrongBoxError;
}

export interface RecorderParts {
  readonly trail: RecordTrail;
  readonly hasher: AuditHasher;
  readonly clock: Clock;
  readonly log: Log;
}

export class Recorder {
  readonly #parts: RecorderParts;
  /** Hashes of tokens that come again and again, for as long as their decoded records are kept. */
  readonly #known = new WeakMap<TokenRecord, TokenHashes>();

  constructor(parts: RecorderParts) {
    this.#parts = parts;
  }

  /** The record before an effect. Its index goes with the commit. */
  async request(exchange: Exchange): Promise<void> {
    const { index } = await this.#append(exchange, {
      type: 'request',
      time: this.#time(),
      id: exchange.request.id,
      effect: true,
      request: this.#requestOf(exchange),
      ...this.#auth(exchange),
    });
    exchange.auditIndex = index;
  }

  /** The record before an answer. */
  async ending(exchange: Exchange, ending: Ending): Promise<void> {
    const common = {
      time: this.#time(),
      id: exchange.request.id,
      request: this.#requestOf(exchange),
      ...this.#auth(exchange),
      response: this.#responseOf(exchange, ending),
      ...(ending.error === undefined ? {} : { error: errorOf(ending.error) }),
    };
    if (!exchange.hasEffect) {
      await this.#append(exchange, { type: 'single', effect: false, ...common });
      return;
    }
    const revision = ending.outcome?.revision;
    await this.#append(exchange, {
      type: 'response',
      effect: true,
      ...common,
      ...(revision === undefined ? {} : { revision }),
    });
  }

  /** The one record of a refusal before any effect. */
  async refusal(exchange: Exchange, error: StrongBoxError): Promise<void> {
    await this.#append(exchange, {
      type: 'refusal',
      time: this.#time(),
      id: exchange.request.id,
      request: this.#requestOf(exchange),
      ...this.#auth(exchange),
      error: errorOf(error),
    });
  }

  /** Unseal and step-down are recorded if that can be, and served anyway. */
  async #append(exchange: Exchange, entry: AuditEntry): Promise<{ readonly index: number }> {
    try {
      return await this.#parts.trail.append(entry);
    } catch (error) {
      if (exchange.target?.spec.servedWithoutAudit !== true) throw error;
      this.#parts.log.error('served without a record: no audit device could write', {
        request_id: exchange.request.id,
      });
      return { index: 0 };
    }
  }

  #requestOf(exchange: Exchange): AuditedRequest {
    const { request, path, mount, target, writeKind } = exchange;
    const { address, port, transport } = request.remote;
    return {
      operation: writeKind ?? request.method,
      path,
      namespace: { id: 'root' },
      ...(mount && {
        mount_point: mount.path,
        mount_type: mount.type,
        mount_accessor: mount.accessor,
      }),
      ...requestHashes(this.#hashes(exchange)),
      remote_address: address,
      remote_port: port,
      transport,
      ...(target?.spec.secretBody === true ? {} : this.#data(exchange.input, exchange)),
      ...(request.wrapTtlSeconds === undefined ? {} : { wrap_ttl: request.wrapTtlSeconds }),
    };
  }

  /** The fields of body or query with every string hashed, without those that are secret. */
  #data(data: JsonObject, { target }: Exchange): { readonly data?: JsonObject } {
    if (Object.keys(data).length === 0) return {};
    const fields = Object.entries(target?.spec.fields ?? {});
    const secret = new Set(fields.filter(([, field]) => field.secret).map(([name]) => name));
    const redacted = this.#parts.hasher.redact(data, secret);
    return redacted === undefined ? {} : { data: redacted as JsonObject };
  }

  #auth(exchange: Exchange): { readonly auth?: AuditedAuth } {
    const { rights, policyResults } = exchange;
    if (rights === undefined) return {};
    const { record, type } = rights.token;
    return {
      auth: {
        display_name: record.displayName,
        policies: record.policies,
        token_policies: record.policies,
        entity_id: record.entityId,
        token_type: type,
        ...this.#hashes(exchange),
        token_ttl: record.ttlSeconds,
        token_issue_time: formatTime(record.createdMs),
        ...this.#metadata(record.meta),
        ...(policyResults && { policy_results: policyResults }),
      },
    };
  }

  /** Whoever makes a token writes what they like there: its values are hashed like any other. */
  #metadata(meta: TokenRecord['meta']): { readonly metadata?: JsonValue } {
    const metadata = meta === null ? undefined : this.#parts.hasher.redact(meta);
    return metadata === undefined ? {} : { metadata };
  }

  #responseOf(exchange: Exchange, ending: Ending): AuditedResponse {
    const { mount } = exchange;
    const { data, auth } = ending.outcome ?? {};
    const redacted = data && this.#parts.hasher.redact(data);
    return {
      status: ending.status,
      ...(mount && {
        mount_point: mount.path,
        mount_type: mount.type,
        mount_accessor: mount.accessor,
      }),
      ...(redacted === undefined ? {} : { data: redacted }),
      ...(auth && { auth: this.#givenToken(auth) }),
      ...(ending.warnings === 0 ? {} : { warnings: ending.warnings }),
    };
  }

  /** The token that an answer hands out: who it is in clear, what it is as hashes. */
  #givenToken(auth: JsonObject): AuditedAuth {
    const redacted = this.#parts.hasher.redact({
      client_token: auth['client_token'] ?? '',
      accessor: auth['accessor'] ?? '',
    }) as AuditedAuth | undefined;
    return {
      ...redacted,
      policies: auth['policies'] as readonly string[],
      token_type: auth['token_type'] as string,
      token_ttl: auth['lease_duration'] as number,
    };
  }

  /** Token and accessor as keyed hashes; of a token that is not good only the former. */
  #hashes({ request, rights }: Exchange): TokenHashes {
    const { hasher } = this.#parts;
    if (!hasher.unlocked || request.token === undefined) return {};
    const record = rights?.token.record;
    const known = record && this.#known.get(record);
    if (known !== undefined) return known;
    const hashes: TokenHashes = {
      ...optional('client_token', hasher.hash(request.token)),
      ...(record && record.accessor !== '' && optional('accessor', hasher.hash(record.accessor))),
    };
    if (record !== undefined) this.#known.set(record, hashes);
    return hashes;
  }

  #time(): string {
    return auditTime(this.#parts.clock.wallMs());
  }
}

interface TokenHashes {
  readonly client_token?: KeyedHash;
  readonly accessor?: KeyedHash;
}

/** The names that a record's request has for them. */
function requestHashes({ client_token, accessor }: TokenHashes): Partial<AuditedRequest> {
  return {
    ...optional('client_token', client_token),
    ...optional('client_token_accessor', accessor),
  };
}

function optional<Name extends string>(
  name: Name,
  hash: KeyedHash | undefined,
): { readonly [Key in Name]?: KeyedHash } {
  return hash === undefined ? {} : ({ [name]: hash } as { [Key in Name]: KeyedHash });
}

function errorOf({ code, message }: StrongBoxError): AuditedError {
  return { code, message };
}

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
  AuditedNamespace,
  AuditEntry,
} from '../../../shared/audit/entry.ts';
import type { StrongBoxError } from '../../../shared/errors/failure.ts';
import { constantJson } from '../../../shared/json/constant.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import { commitNote } from '../../audit/commit-note.ts';
import type { AuditHasher } from '../../audit/hasher.ts';
import { AuditClock } from '../../audit/time.ts';
import { rootNamespaceId } from '../../namespaces/layout.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TokenRecord } from '../../tokens/token-record.ts';
import type { CoreOutcome } from '../core-call.ts';
import type { Exchange } from '../exchange.ts';
import { AuditedCaller } from './audited-caller.ts';
import { auditedText } from '../../audit/audited-text.ts';

/** What the pipeline needs of the audit trail. */
export interface RecordTrail {
  /** Which log it is, for the notes of commits (src/audit/commit-note.ts). */
  readonly logName: Uint8Array;
  /** Resolves when the record is durable on a device. Throws `audit.unavailable` and its like. */
  append(entry: AuditEntry): Promise<{ readonly index: number }>;
}

/** Where a record stands; undefined for what could not be recorded and is served anyway. */
interface Recorded {
  readonly index: number | undefined;
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
  readonly #clock: AuditClock;
  /** What records say of tokens that come again and again, while their decoded form is kept. */
  readonly #callers = new WeakMap<TokenRecord, AuditedCaller>();

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    this.#clock = new AuditClock(parts.clock);
  }

  /** The record before an effect. Its place goes with the commit. */
  async request(exchange: Exchange): Promise<void> {
    const caller = this.#caller(exchange);
    const request = constantJson(this.#requestOf(exchange, caller));
    exchange.auditedRequest = request;
    const { index } = await this.#append(exchange, {
      type: 'request',
      time: this.#clock.now(),
      id: exchange.request.id,
      effect: true,
      request,
      auth: caller.auth(exchange.policyResults),
    });
    if (index !== undefined) exchange.note = commitNote(this.#parts.trail.logName, index);
  }

  /** The record before an answer. */
  ending(exchange: Exchange, ending: Ending): Promise<Recorded> {
    const caller = this.#caller(exchange);
    const { outcome, error } = ending;
    // What a record does not have is undefined, here and below: each `...` costs as much as a hash.
    const time = this.#clock.now();
    const { id } = exchange.request;
    const request = exchange.auditedRequest ?? this.#requestOf(exchange, caller);
    const auth = caller.auth(exchange.policyResults);
    const response = this.#responseOf(exchange, ending);
    const ended = error && this.#errorOf(error);
    return this.#append(
      exchange,
      exchange.hasEffect
        ? {
            type: 'response',
            time,
            id,
            effect: true,
            request,
            auth,
            response,
            error: ended,
            revision: outcome?.revision,
          }
        : { type: 'single', time, id, effect: false, request, auth, response, error: ended },
    );
  }

  /** The one record of a refusal before any effect. */
  refusal(exchange: Exchange, error: StrongBoxError): Promise<Recorded> {
    const caller = this.#caller(exchange);
    return this.#append(exchange, {
      type: 'refusal',
      time: this.#clock.now(),
      id: exchange.request.id,
      request: this.#requestOf(exchange, caller),
      auth: caller.auth(exchange.policyResults),
      error: this.#errorOf(error),
    });
  }

  #append(exchange: Exchange, entry: AuditEntry): Promise<Recorded> {
    if (exchange.target?.spec.servedWithoutAudit === true) return this.#tryAppend(exchange, entry);
    return this.#parts.trail.append(entry);
  }

  /** Unseal and step-down are recorded if that can be, and served anyway. */
  async #tryAppend(exchange: Exchange, entry: AuditEntry): Promise<Recorded> {
    try {
      return await this.#parts.trail.append(entry);
    } catch {
      this.#parts.log.error('served without a record: no audit device could write', {
        request_id: exchange.request.id,
      });
      return { index: undefined };
    }
  }

  #errorOf({ code, message }: StrongBoxError): AuditedError {
    return { code, message: this.#shown(message) };
  }

  #shown(text: string): string {
    return auditedText(text, (word) => this.#parts.hasher.hash(word));
  }

  #requestOf(exchange: Exchange, { hashes }: AuditedCaller): AuditedRequest {
    const { request, path, mount, target, writeKind } = exchange;
    const { address, port, transport } = request.remote;
    return {
      operation: writeKind ?? request.method,
      path: this.#shown(path),
      namespace: rootNamespace,
      mount_point: mount?.path,
      mount_type: mount?.type,
      mount_accessor: mount?.accessor,
      client_token: hashes.token,
      client_token_accessor: hashes.accessor,
      remote_address: address,
      remote_port: port,
      transport,
      data: target?.spec.secretBody === true ? undefined : this.#data(exchange.input, exchange),
      wrap_ttl: request.wrapTtlSeconds,
    };
  }

  /** The fields of body or query with every string hashed, without those that are secret. */
  #data(data: JsonObject, { target }: Exchange): JsonValue | undefined {
    if (Object.keys(data).length === 0) return undefined;
    const fields = Object.entries(target?.spec.fields ?? {});
    const secret = new Set(fields.filter(([, field]) => field.secret).map(([name]) => name));
    return this.#parts.hasher.redact(data, secret);
  }

  #responseOf(exchange: Exchange, ending: Ending): AuditedResponse {
    const { mount } = exchange;
    const { data, auth, standIn } = ending.outcome ?? {};
    return {
      status: ending.status,
      mount_point: mount?.path,
      mount_type: mount?.type,
      mount_accessor: mount?.accessor,
      data: data && this.#redacted(data, standIn),
      auth: auth && this.#givenToken(auth),
      warnings: ending.warnings === 0 ? undefined : ending.warnings,
    };
  }

  #redacted(data: JsonObject, standIn: object | undefined): JsonValue | undefined {
    const { hasher } = this.#parts;
    return standIn === undefined ? hasher.redact(data) : hasher.redactSame(standIn, data);
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

  /** Who asks; of a token that is not good only its hash. */
  #caller({ request, rights }: Exchange): AuditedCaller {
    const token = rights?.token;
    const known = token && this.#callers.get(token.record);
    if (known !== undefined) return known;
    const { hasher } = this.#parts;
    const clientToken = request.token === undefined ? undefined : hasher.hash(request.token);
    const caller = new AuditedCaller(hasher, clientToken, token);
    if (token !== undefined && hasher.unlocked) this.#callers.set(token.record, caller);
    return caller;
  }
}

const rootNamespace: AuditedNamespace = { id: rootNamespaceId };

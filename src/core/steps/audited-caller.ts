/**
 * Who asks, as the audit records say it. It is the same for all requests of a token, so what is
 * said with one result of the policies is made once, as a constant (its text is made once, too).
 */
import type { AuditedAuth, KeyedHash, PolicyResults } from '../../../shared/audit/entry.ts';
import { constantJson, isConstantJson } from '../../../shared/json/constant.ts';
import type { JsonValue } from '../../../shared/json/value.ts';
import { formatTime } from '../../../shared/units/time.ts';
import type { AuditHasher } from '../../audit/hasher.ts';
import type { LiveToken } from '../../tokens/token-directory.ts';
import type { TokenRecord } from '../../tokens/token-record.ts';

/** Token and accessor as keyed hashes. */
interface TokenHashes {
  readonly token: KeyedHash | undefined;
  readonly accessor: KeyedHash | undefined;
}

/** Stands for a decision that has not been made. */
const undecided = {};

export class AuditedCaller {
  readonly hashes: TokenHashes;
  readonly #token: LiveToken | undefined;
  readonly #metadata: JsonValue | undefined;
  readonly #auths = new WeakMap<object, AuditedAuth>();

  /** `token` is undefined for a caller that is nobody; `clientToken` is what it sent, hashed. */
  constructor(
    hasher: AuditHasher,
    clientToken: KeyedHash | undefined,
    token: LiveToken | undefined,
  ) {
    const accessor = token?.record.accessor ?? '';
    const hash = accessor === '' ? undefined : hasher.hash(accessor);
    this.hashes = { token: clientToken, accessor: hash };
    this.#token = token;
    // Whoever makes a token writes what they like there: it is hashed like any other value.
    const meta: TokenRecord['meta'] = token?.record.meta ?? null;
    this.#metadata = meta === null ? undefined : hasher.redact(meta);
  }

  /** What is said of the caller and of the decision over the request; undefined for nobody. */
  auth(results: PolicyResults | undefined): AuditedAuth | undefined {
    if (this.#token === undefined) return undefined;
    const known = this.#auths.get(results ?? undecided);
    if (known !== undefined) return known;
    const auth = this.#authOf(this.#token, results);
    if (results === undefined || isConstantJson(results)) {
      this.#auths.set(results ?? undecided, constantJson(auth));
    }
    return auth;
  }

  #authOf({ record, type }: LiveToken, results: PolicyResults | undefined): AuditedAuth {
    return {
      display_name: record.displayName,
      policies: record.policies,
      token_policies: record.policies,
      entity_id: record.entityId,
      token_type: type,
      client_token: this.hashes.token,
      accessor: this.hashes.accessor,
      token_ttl: record.ttlSeconds,
      token_issue_time: formatTime(record.createdMs),
      metadata: this.#metadata,
      policy_results: results,
    };
  }
}

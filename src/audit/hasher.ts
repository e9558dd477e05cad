/**
 * Keyed hashes for the audit log: what is sensitive appears in it only as HMAC-SHA-256 under a key
 * that lies inside the barrier (`core/audit-hash`). Whoever holds a value can find it in the log
 * (by `sys/audit-hash`), whoever holds only the log cannot guess it. As in Vault, strings are
 * hashed; numbers, booleans and the keys of maps stay readable, but for keys that look like a token
 * or a share: somebody gave one in the wrong place.
 */
import { assert } from '../../shared/assert.ts';
import type { KeyedHash } from '../../shared/audit/entry.ts';
import { constantJson, isConstantJson } from '../../shared/json/constant.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/json/value.ts';
import { hmacSha256Hex } from '../crypto/hmac.ts';
import { SecretKey } from '../crypto/secret-key.ts';
import { Recent } from '../store/recent.ts';
import { auditedText } from './audited-text.ts';
import {
  auditDepthMax,
  auditHashKeyBytes,
  auditListItemsMax,
  knownAnswersMax,
  knownAnswerUnitsMax,
} from './limits.ts';

const noFields: ReadonlySet<string> = new Set();

/** Stands where a value was nested too deep to be walked. */
export const elidedDepth = 'elided: nested too deep';

export class AuditHasher {
  #key: SecretKey | undefined;
  /** Hashes of constants under this key. */
  #constants = new WeakMap<object, JsonValue>();
  /** Hashes of answers under this key, by what stands for them. */
  readonly #answers = new Recent<KnownAnswer, object>({
    valuesMax: knownAnswersMax / 2,
    weightMax: knownAnswerUnitsMax / 2,
    weigh: (_standIn, { units }) => units,
  });

  /** Whether there is a key; without one nothing sensitive is recorded, not even as a hash. */
  get unlocked(): boolean {
    return this.#key !== undefined;
  }

  /** Takes the key at unseal. Copies the 32 bytes; the caller zeroes its own. */
  unlock(key: Uint8Array): void {
    assert(key.length === auditHashKeyBytes, 'the key of the audit hashes has 32 bytes');
    this.lock();
    this.#key = new SecretKey(key);
  }

  /** Drops the key at seal. */
  lock(): void {
    this.#key?.destroy();
    this.#key = undefined;
    this.#constants = new WeakMap();
    this.#answers.clear();
  }

  /** The keyed hash of a text; undefined while locked: the field is then left out. */
  hash(text: string): KeyedHash | undefined {
    return this.#key === undefined ? undefined : keyedHash(this.#key, text);
  }

  /**
   * The value with every string replaced by its keyed hash; undefined while locked. Fields of the
   * outermost object that `omit` names are left out. A list longer than `auditListItemsMax` (only
   * an answer can hold one) is recorded as its length, and what lies deeper than `auditDepthMax` as
   * a fixed sentence.
   */
  redact(value: JsonValue, omit: ReadonlySet<string> = noFields): JsonValue | undefined {
    const key = this.#key;
    if (key === undefined) return undefined;
    return isJsonObject(value) ? this.#object(key, value, 1, omit) : this.#value(key, value, 1);
  }

  /**
   * The same for data that never says anything else where `standIn` comes with it: an answer that
   * is given again costs no hash (2 µs for each string). What is kept are hashes, never the data.
   */
  redactSame(standIn: object, data: JsonObject): JsonValue | undefined {
    const known = this.#answers.find(standIn);
    if (known !== undefined) return known.redacted;
    const redacted = this.redact(data);
    if (typeof redacted !== 'object' || redacted === null) return redacted;
    const units = JSON.stringify(redacted).length;
    this.#answers.keep(standIn, { redacted: constantJson(redacted), units });
    return redacted;
  }

  #value(key: SecretKey, value: JsonValue, depth: number): JsonValue {
    if (typeof value === 'string') return keyedHash(key, value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > auditDepthMax) return elidedDepth;
    if (isJsonObject(value)) return this.#nested(key, value, depth);
    if (value.length > auditListItemsMax) return value.length;
    return value.map((item) => this.#value(key, item, depth + 1));
  }

  /** An object inside of another one; a constant is hashed once. */
  #nested(key: SecretKey, value: JsonObject, depth: number): JsonValue {
    if (!isConstantJson(value)) return this.#object(key, value, depth, noFields);
    const known = this.#constants.get(value);
    if (known !== undefined) return known;
    const redacted = this.#object(key, value, depth, noFields);
    this.#constants.set(value, redacted);
    return redacted;
  }

  #object(key: SecretKey, value: JsonObject, depth: number, omit: ReadonlySet<string>): JsonValue {
    const names = Object.keys(value);
    if (names.length > auditListItemsMax) return names.length;
    const hash = (word: string): KeyedHash => keyedHash(key, word);
    const redacted: Record<string, JsonValue> = Object.create(null);
    for (const name of names) {
      if (omit.has(name)) continue;
      redacted[auditedText(name, hash)] = this.#value(key, value[name] ?? null, depth + 1);
    }
    return redacted;
  }
}

interface KnownAnswer {
  readonly redacted: JsonValue;
  /** Length of its text. */
  readonly units: number;
}

function keyedHash(key: SecretKey, text: string): KeyedHash {
  return `hmac-sha256:${hmacSha256Hex(key, text)}`;
}

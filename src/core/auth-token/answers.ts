/** What answers say of a token (Vault's `auth` block and its token look-up). */
import type { JsonObject } from '../../../shared/json/value.ts';
import { formatTime } from '../../../shared/units/time.ts';
import { secondsLeft, type TokenRecord } from '../../tokens/token-record.ts';

/** A token for the `auth` block: new, or renewed. */
export interface GivenToken {
  readonly token: string;
  readonly type: 'service' | 'batch';
  readonly record: TokenRecord;
  readonly ttlSeconds: number;
}

/** The `auth` block of an answer that gives out or renews a token. */
export function authBlock({ token, type, record, ttlSeconds }: GivenToken): JsonObject {
  return {
    client_token: token,
    accessor: record.accessor,
    policies: record.policies,
    token_policies: record.policies,
    metadata: record.meta,
    lease_duration: ttlSeconds,
    renewable: record.renewable,
    entity_id: record.entityId,
    token_type: type,
    orphan: record.parent === '',
    mfa_requirement: null,
    num_uses: record.usesLeft,
  };
}

/** The data of a look-up. `token` is empty where it was found by its accessor. */
export function lookupData(
  { token, type, record }: Omit<GivenToken, 'ttlSeconds'>,
  nowMs: number,
): JsonObject {
  return {
    accessor: record.accessor,
    creation_time: Math.floor(record.createdMs / 1_000),
    creation_ttl: record.ttlSeconds,
    display_name: record.displayName,
    entity_id: record.entityId,
    expire_time: record.expiresMs === null ? null : formatTime(record.expiresMs),
    explicit_max_ttl: record.explicitMaxTtlSeconds,
    id: token,
    issue_time: formatTime(record.createdMs),
    meta: record.meta,
    num_uses: record.usesLeft,
    orphan: record.parent === '',
    path: record.path,
    policies: record.policies,
    renewable: record.renewable,
    ttl: secondsLeft(record.expiresMs, nowMs),
    type,
    ...(record.periodSeconds > 0 && { period: record.periodSeconds }),
    ...(record.role !== '' && { role: record.role }),
    ...(record.renewedMs > 0 && {
      last_renewal: formatTime(record.renewedMs),
      last_renewal_time: Math.floor(record.renewedMs / 1_000),
    }),
  };
}

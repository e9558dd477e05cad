/**
 * Batch tokens are stored nowhere: a token is its own record, sealed by the barrier under a name of
 * its own, so that no stored value can be taken for one. They cannot be renewed, counted or
 * revoked; they end at their deadline, or with their parent.
 */
import { decodeBase64Url, encodeBase64Url } from '../../shared/encoding/base64.ts';
import { failure, isFailure, StrongBoxError } from '../../shared/errors/failure.ts';
import { batchTokenPrefix } from '../../shared/ids.ts';
import { tokenBytesMax } from '../../shared/limits.ts';
import type { Barrier } from '../barrier/barrier.ts';
import { withNewestTerm } from '../store/newest-term.ts';
import { namespacePrefix } from '../namespaces/layout.ts';
import { decodeJson, encodeJson } from '../store/json-values.ts';
import type { TokenRecord } from './token-record.ts';
import { tokenNamespace } from './token-room.ts';

/** What the sealing is bound to. No entry of the store has this key. */
const sealedAs = `${namespacePrefix(tokenNamespace)}batch-token`;

/** What differs between batch tokens, under short names: the token is sent with every request. */
interface BatchFacts {
  readonly p: readonly string[];
  readonly c: number;
  readonly e: number;
  readonly t: number;
  readonly a: string;
  readonly d?: string;
  readonly m?: Readonly<Record<string, string>>;
  readonly o?: string;
  readonly r?: string;
}

/** Seals a record into a token. Throws `token.batch-too-large`, and what the barrier throws. */
export async function sealBatchToken(barrier: Barrier, record: TokenRecord): Promise<string> {
  await barrier.reserve(tokenNamespace, 1);
  const plaintext = encodeJson<BatchFacts>(factsOf(record));
  const token =
    batchTokenPrefix + encodeBase64Url(barrier.seal(tokenNamespace, sealedAs, plaintext));
  plaintext.fill(0);
  if (token.length > tokenBytesMax) throw failure('token.batch-too-large', { tokenBytesMax });
  return token;
}

/** The record of a batch token; undefined if we did not make it. Throws `request.sealed`. */
export async function openBatchToken(
  barrier: Barrier,
  token: string,
): Promise<TokenRecord | undefined> {
  try {
    const envelope = decodeBase64Url(token.slice(batchTokenPrefix.length));
    const open = (): Uint8Array => barrier.open(tokenNamespace, sealedAs, envelope);
    const plaintext = await withNewestTerm(barrier, open);
    const facts = decodeJson<BatchFacts>(plaintext);
    plaintext.fill(0);
    return recordOf(facts);
  } catch (error) {
    if (!(error instanceof StrongBoxError) || isFailure(error, 'request.sealed')) throw error;
    return undefined;
  }
}

function factsOf(record: TokenRecord): BatchFacts {
  return {
    p: record.policies,
    c: record.createdMs,
    e: record.expiresMs ?? 0,
    t: record.ttlSeconds,
    a: record.path,
    ...(record.displayName === '' ? {} : { d: record.displayName }),
    ...(record.meta === null ? {} : { m: record.meta }),
    ...(record.parent === '' ? {} : { o: record.parent }),
    ...(record.role === '' ? {} : { r: record.role }),
  };
}

function recordOf(facts: BatchFacts): TokenRecord {
  return {
    format: 1,
    state: 'active',
    accessor: '',
    parent: facts.o ?? '',
    depth: 0,
    policies: facts.p,
    path: facts.a,
    displayName: facts.d ?? '',
    meta: facts.m ?? null,
    entityId: '',
    role: facts.r ?? '',
    usesLeft: 0,
    ttlSeconds: facts.t,
    explicitMaxTtlSeconds: 0,
    periodSeconds: 0,
    renewable: false,
    createdMs: facts.c,
    renewedMs: 0,
    expiresMs: facts.e,
  };
}

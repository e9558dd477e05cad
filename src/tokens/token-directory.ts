import { assert } from '../../shared/assert.ts';
import { batchTokenPrefix } from '../../shared/ids.ts';
import { tokenBytesMax } from '../../shared/limits.ts';
import type { Barrier } from '../barrier/barrier.ts';
import type { KnownRecord, NamespaceRecords } from '../namespaces/records.ts';
import type { Stamp } from '../ports/store.ts';
import { atOnce, type MaybeSoon, whenThere } from '../store/at-once.ts';
import { openBatchToken } from './batch-token.ts';
import { tokenDepthMax } from './limits.ts';
import type { TokenHasher } from './token-hasher.ts';
import { isAlive, type StoredToken, type TokenRecord, tokenKey } from './token-record.ts';

/** A token that is good, with its ancestors at that moment, parent first. */
export interface LiveToken extends StoredToken {
  readonly type: 'service' | 'batch';
  readonly ancestors: readonly StoredToken[];
}

/** What a look-up found, and the other records that were asked for in the same read. */
export interface Lookup extends Stamp {
  readonly token: LiveToken | undefined;
  readonly others: readonly (KnownRecord | undefined)[];
}

/**
 * Finds tokens and says whether they are good. A token is read together with all its ancestors:
 * what is known of them from before tells which they are, and is asked for again until the answer
 * holds the whole chain at one revision.
 */
export class TokenDirectory {
  readonly #records: NamespaceRecords;
  readonly #barrier: Barrier;
  readonly #hasher: TokenHasher;

  constructor(parts: {
    readonly records: NamespaceRecords;
    readonly barrier: Barrier;
    readonly hasher: TokenHasher;
  }) {
    this.#records = parts.records;
    this.#barrier = parts.barrier;
    this.#hasher = parts.hasher;
  }

  /** The id that a token has or would have. Throws `request.sealed`. */
  idOf(token: string): string {
    return this.#hasher.idOf(token);
  }

  /** Looks up a token as a client sent it, reading `otherKeys` in the same moment. */
  byToken(token: string | undefined, otherKeys: readonly string[] = []): MaybeSoon<Lookup> {
    const plausible = token !== undefined && token !== '' && token.length <= tokenBytesMax;
    if (!plausible) return whenThere(this.#readChain('', otherKeys), nobody);
    if (token.startsWith(batchTokenPrefix)) return this.#byBatchToken(token, otherKeys);
    return atOnce((sent) => this.byId(this.idOf(sent), otherKeys), token);
  }

  /** Looks up a service token by its id. */
  byId(id: string, otherKeys: readonly string[] = []): MaybeSoon<Lookup> {
    return whenThere(this.#readChain(id, otherKeys), serviceLookup);
  }

  async #byBatchToken(token: string, otherKeys: readonly string[]): Promise<Lookup> {
    const record = await openBatchToken(this.#barrier, token);
    const answer = await this.#readChain(record?.parent ?? '', otherKeys);
    if (record === undefined || answer.broken) return lookupOf(answer, undefined);
    const self = { id: this.idOf(token), record };
    const { chain } = answer;
    if (!allAlive([self, ...chain], answer)) return lookupOf(answer, undefined);
    return lookupOf(answer, { id: self.id, record, type: 'batch', ancestors: chain });
  }

  /** Reads a token (`''`: none) and its ancestors, all in one answer of the store. */
  #readChain(id: string, otherKeys: readonly string[]): MaybeSoon<ChainAnswer> {
    return this.#readRound({ id, otherKeys, ids: this.#guessChain(id), round: 0 });
  }

  #readRound({ id, otherKeys, ids, round }: Round): MaybeSoon<ChainAnswer> {
    // Each round knows at least one more ancestor than the one before.
    assert(round <= tokenDepthMax + 1, 'a token has at most tokenDepthMax ancestors');
    return whenThere(this.#records.read([...otherKeys, ...ids.map(tokenKey)]), (answer) => {
      const others = answer.records.slice(0, otherKeys.length);
      const found = new Map(ids.map((key, at) => [key, answer.records[otherKeys.length + at]]));
      const { chain, broken, unread } = follow(id, found);
      const { revision, clusterTimeMs } = answer;
      if (unread === undefined) return { others, revision, clusterTimeMs, chain, broken };
      const more = [...chain.map((token) => token.id), unread];
      return this.#readRound({ id, otherKeys, ids: more, round: round + 1 });
    });
  }

  /** The ids that were last known to be the chain. */
  #guessChain(id: string): string[] {
    const ids: string[] = [];
    let next = id;
    while (next !== '' && ids.length <= tokenDepthMax) {
      ids.push(next);
      const record = this.#records.guess(tokenKey(next)) as TokenRecord | undefined;
      next = record?.parent ?? '';
    }
    return ids;
  }
}

/** A read of a chain by the ids that are known to be in it. */
interface Round {
  readonly id: string;
  readonly otherKeys: readonly string[];
  readonly ids: readonly string[];
  readonly round: number;
}

/** A chain of tokens, child first. */
interface Chain {
  readonly chain: readonly StoredToken[];
  /** The last of the chain names a parent that is gone, or the first is not there. */
  readonly broken: boolean;
}

interface ChainAnswer extends Omit<Lookup, 'token'>, Chain {}

function lookupOf(answer: ChainAnswer, token: LiveToken | undefined): Lookup {
  const { others, revision, clusterTimeMs } = answer;
  return { token, others, revision, clusterTimeMs };
}

function nobody(answer: ChainAnswer): Lookup {
  return lookupOf(answer, undefined);
}

function serviceLookup(answer: ChainAnswer): Lookup {
  const [self, ...ancestors] = answer.chain;
  if (self === undefined || answer.broken || !allAlive(answer.chain, answer)) {
    return lookupOf(answer, undefined);
  }
  return lookupOf(answer, { id: self.id, record: self.record, type: 'service', ancestors });
}

interface Followed extends Chain {
  /** The id of the next in the chain, which was not read. */
  readonly unread?: string;
}

type FoundRecords = ReadonlyMap<string, KnownRecord | undefined>;

function follow(id: string, found: FoundRecords): Followed {
  const chain: StoredToken[] = [];
  for (let next = id; next !== ''; ) {
    if (!found.has(next)) return { chain, broken: false, unread: next };
    const record = found.get(next)?.value as TokenRecord | undefined;
    if (record === undefined) return { chain, broken: true };
    // The children of a released token are orphans, whatever they still say.
    if (record.state === 'released' && chain.length > 0) break;
    chain.push({ id: next, record });
    next = record.parent;
  }
  return { chain, broken: false };
}

function allAlive(chain: readonly StoredToken[], { clusterTimeMs }: Stamp): boolean {
  return chain.every(({ record }) => isAlive(record, clusterTimeMs));
}

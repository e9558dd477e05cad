/**
 * Step 7: the operation. An engine's handler runs inside one transaction, confined to its mount's
 * entries; the core's own handlers make their transactions themselves. Either way a commit carries
 * the index of the request's audit record, and stands only if the calling token (with its
 * ancestors) and the mount are still there when it is made: a revocation that was answered before
 * it wins.
 */
import { assert } from '../../../shared/assert.ts';
import { parseFields } from '../../../shared/api/fields.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import type { Answer, ExistenceCall, MountFacts } from '../../engines/engine.ts';
import {
  mountDataPrefix,
  mountKey,
  namespacePrefix,
  rootNamespaceId,
} from '../../namespaces/layout.ts';
import type { MountEntry } from '../../namespaces/mount-entry.ts';
import {
  type TransactOptions,
  type Transacted,
  type TransactionRoom,
  transact,
} from '../../store/transact.ts';
import { atOnce, type MaybeSoon } from '../../store/at-once.ts';
import type { Attempt, StoredValue } from '../../store/view.ts';
import type { LifetimeLimits } from '../../tokens/lifetime.ts';
import { chainIds } from '../../tokens/token-creation.ts';
import { tokenKey } from '../../tokens/token-record.ts';
import { tokensView } from '../../tokens/token-room.ts';
import { takeUse } from '../../tokens/token-uses.ts';
import type { CoreOutcome, Rights } from '../core-call.ts';
import type { Exchange } from '../exchange.ts';
import type { Runner, Target } from '../target.ts';
import type { Existence } from './policy.ts';

type EngineRunner = Extract<Runner, { kind: 'engine' }>;

export interface ExecutorParts {
  readonly room: TransactionRoom;
  /** Lives of leases where a mount says nothing else. */
  readonly limits: LifetimeLimits;
  /** Who asks, for routes that are served without a look at the store. */
  readonly identify: (exchange: Exchange) => Promise<Rights | undefined>;
}

export class Executor implements Existence {
  readonly #room: TransactionRoom;
  readonly #limits: LifetimeLimits;
  readonly #identify: ExecutorParts['identify'];

  constructor(parts: ExecutorParts) {
    this.#room = parts.room;
    this.#limits = parts.limits;
    this.#identify = parts.identify;
  }

  /** Runs the operation. Throws what its handler throws. */
  run(exchange: Exchange): Promise<CoreOutcome> {
    const { target } = exchange;
    assert(target !== undefined, 'only what has a target is run');
    if (target.runner.kind === 'core') return this.#runCore(exchange, target);
    return this.#runEngine(exchange, target, target.runner);
  }

  /**
   * Takes the use that the request costs (`takesUse`). Returns the revocation to run once the
   * operation is over, if that was the last use.
   */
  async takeUse(exchange: Exchange): Promise<string | undefined> {
    const token = exchange.rights?.token;
    assert(token !== undefined, 'only a token has uses');
    const { result } = await transact(
      this.#room,
      (attempt) => takeUse(attempt, token.id),
      noteOf(exchange),
    );
    return result;
  }

  async exists(exchange: Exchange): Promise<boolean> {
    const { target } = exchange;
    if (target?.runner.kind !== 'engine' || target.runner.engine.exists === undefined) return true;
    const { engine } = target.runner;
    const { result } = await transact(this.#room, async (attempt) =>
      engine.exists?.(this.#existenceCall(exchange, attempt)),
    );
    return result ?? true;
  }

  async #runCore(exchange: Exchange, target: Target): Promise<CoreOutcome> {
    const { runner } = target;
    assert(runner.kind === 'core', 'the core runs its own routes');
    const { request, rights, mounts, sightedAt, secrets } = exchange;
    return runner.handler({
      requestId: request.id,
      method: target.method,
      path: exchange.path,
      parameters: target.parameters,
      fields: this.#fields(exchange, target),
      body: exchange.body,
      secrets,
      remote: request.remote,
      token: request.token,
      rights,
      mounts,
      clusterTimeMs: sightedAt?.clusterTimeMs ?? 0,
      identify: () => this.#identify(exchange),
      warn: (message) => exchange.warn(message),
      transact: (work) =>
        target.spec.effect ? this.#guardedChange(exchange, work) : this.#read(exchange, work),
    });
  }

  async #runEngine(
    exchange: Exchange,
    target: Target,
    { handler }: EngineRunner,
  ): Promise<CoreOutcome> {
    assert(target.mount !== undefined, 'an engine has a mount');
    const fields = this.#fields(exchange, target);
    let warnings: string[] = [];
    const answer = (attempt: Attempt): MaybeSoon<Answer> => {
      warnings = [];
      const { path, view, mount, caller } = this.#existenceCall(exchange, attempt);
      return handler({
        path,
        view,
        mount,
        caller,
        method: target.method,
        parameters: target.parameters,
        fields,
        body: exchange.body,
        clusterTimeMs: attempt.clusterTimeMs,
        warn: (message) => warnings.push(message),
      });
    };
    const checkedAnswer = async (attempt: Attempt): Promise<Answer> => {
      await this.#requireSameKind(exchange, attempt);
      return answer(attempt);
    };
    const work = exchange.writeKindMatters ? checkedAnswer : answer;
    const { result, revision } = target.spec.effect
      ? await this.#guardedEngineChange(exchange, target.mount, work)
      : await this.#read(exchange, work);
    for (const message of warnings) exchange.warn(message);
    return target.spec.effect ? { ...result, revision } : result;
  }

  /** The decision stood on whether the thing was there: it must still be so. */
  async #requireSameKind(exchange: Exchange, attempt: Attempt): Promise<void> {
    const { target, writeKind } = exchange;
    if (target?.runner.kind !== 'engine') return;
    const call = this.#existenceCall(exchange, attempt);
    const exists = (await target.runner.engine.exists?.(call)) ?? true;
    if (exists !== (writeKind === 'update')) throw failure('request.permission-denied');
  }

  #existenceCall(exchange: Exchange, attempt: Attempt): ExistenceCall {
    const { target, rights } = exchange;
    const mount = target?.mount;
    assert(target !== undefined && mount !== undefined, 'an engine has a mount');
    assert(rights !== undefined, 'no engine is served without a token');
    const prefix = namespacePrefix(rootNamespaceId) + mountDataPrefix(mount.id);
    return {
      path: target.below,
      view: attempt.view(prefix, rootNamespaceId),
      mount: factsOf(mount, this.#limits),
      caller: rights.caller,
    };
  }

  /** The operation's fields, with a warning for each name of a body that nobody knows. */
  #fields(exchange: Exchange, target: Target): JsonObject {
    const { fields, unknown } = parseFields(target.spec.fields, exchange.body);
    const warns = (target.method === 'write' || target.method === 'patch') && !target.spec.openBody;
    if (warns && unknown.length > 0) {
      const names = unknown.slice(0, 10).join(', ');
      exchange.warn(`Endpoint ignored these unrecognized parameters: [${names}]`);
    }
    return fields as unknown as JsonObject;
  }

  /** A transaction without effect goes on from the look that the decision stood on. */
  #read<Result>(
    { sightedAt }: Exchange,
    work: (attempt: Attempt) => MaybeSoon<Result>,
  ): Promise<Transacted<Result>> {
    return transact(this.#room, work, sightedAt === undefined ? {} : { startedAt: sightedAt });
  }

  /**
   * A transaction that stands only if what the decision stood on is still there at its commit; it
   * takes the time anew. The core's own routes may change just that (a token that revokes itself),
   * so they look first.
   */
  #guardedChange<Result>(
    exchange: Exchange,
    work: (attempt: Attempt) => Promise<Result>,
  ): Promise<Transacted<Result>> {
    const tokens = guardedTokens(exchange);
    const guardedWork = async (attempt: Attempt): Promise<Result> => {
      requireAll(await tokensView(attempt).getMany(tokens));
      return work(attempt);
    };
    return transact(this.#room, guardedWork, noteOf(exchange));
  }

  /**
   * The same for an engine, which cannot reach what is looked at: both are read at once, unopened.
   */
  #guardedEngineChange<Result>(
    exchange: Exchange,
    mount: MountEntry,
    work: (attempt: Attempt) => MaybeSoon<Result>,
  ): Promise<Transacted<Result>> {
    const keys = [...guardedTokens(exchange), mountKey(mount.id)];
    const guardedWork = async (attempt: Attempt): Promise<Result> => {
      const guards = attempt.clearView(namespacePrefix(rootNamespaceId)).getMany(keys);
      const [result, entries] = await Promise.all([atOnce(work, attempt), guards]);
      requireAll(entries);
      return result;
    };
    return transact(this.#room, guardedWork, noteOf(exchange));
  }
}

/** The entries of the calling token and its ancestors. A batch token has none of its own. */
function guardedTokens({ rights }: Exchange): readonly string[] {
  if (rights === undefined) return [];
  const chain = chainIds(rights.token);
  return (rights.token.type === 'batch' ? chain.slice(1) : chain).map(tokenKey);
}

function requireAll(entries: readonly (StoredValue | undefined)[]): void {
  if (entries.includes(undefined)) throw failure('request.permission-denied');
}

function noteOf({ note }: Exchange): TransactOptions {
  return note === undefined ? {} : { note };
}

function factsOf(mount: MountEntry, limits: LifetimeLimits): MountFacts {
  const { defaultLeaseTtlSeconds, maxLeaseTtlSeconds } = mount.config;
  return {
    path: mount.path,
    accessor: mount.accessor,
    options: mount.options ?? {},
    defaultLeaseTtlSeconds: defaultLeaseTtlSeconds || limits.defaultTtlSeconds,
    maxLeaseTtlSeconds: maxLeaseTtlSeconds || limits.maxTtlSeconds,
  };
}

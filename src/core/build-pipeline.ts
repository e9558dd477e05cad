/**
 * The pipeline of core.ts and what it stands on, from their ports: the same for the thread that has
 * the core's own routes (build-core.ts) and for those that serve engines alone (serving-core.ts).
 */
import type { AssertionFailure } from '../../shared/assert.ts';
import type { AuditHasher } from '../audit/hasher.ts';
import type { KeyringBarrier } from '../barrier/keyring-barrier.ts';
import { mountDataDeletionKind } from '../namespaces/data-deletion.ts';
import { rootNamespaceId } from '../namespaces/layout.ts';
import type { Clock, Timers } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { DecodedValues } from '../store/decoded-values.ts';
import { Intents } from '../store/intents.ts';
import type { TransactionRoom } from '../store/transact.ts';
import type { LifetimeLimits } from '../tokens/lifetime.ts';
import { TokenHasher } from '../tokens/token-hasher.ts';
import { childrenReleaseKind, treeRevocationKind } from '../tokens/token-revocation.ts';
import { Background } from './background.ts';
import { Core } from './core.ts';
import { Knowledge } from './knowledge.ts';
import { Recorder, type RecordTrail } from './steps/audit.ts';
import { Executor } from './steps/engine.ts';
import type { EngineRegistry, Router } from './steps/mount.ts';
import { Quota } from './steps/quota.ts';
import { rightsOf } from './steps/token.ts';

export interface PipelinePorts {
  readonly store: Store;
  readonly barrier: KeyringBarrier;
  readonly trail: RecordTrail;
  readonly auditHasher: AuditHasher;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** By `engineKey`: `kv-v1`, `kv-v2`, `cubbyhole`, … */
  readonly engines: EngineRegistry;
  readonly lifetimes: LifetimeLimits;
  /** Whether no keys are held. */
  readonly isSealed: () => boolean;
  /** A broken promise of our own code: the process must end. */
  readonly onFatal: (error: AssertionFailure) => void;
}

/** What the services need of it. */
type ServicePorts = Pick<PipelinePorts, 'store' | 'barrier' | 'timers' | 'log' | 'onFatal'>;

/** What the steps share, and what handlers of the core's own routes work with as well. */
export interface Services {
  readonly room: TransactionRoom;
  readonly hasher: TokenHasher;
  readonly knowledge: Knowledge;
  readonly intents: Intents;
  readonly background: Background;
}

/** Work that is finished behind answers, or resumed after a seal, is registered here. */
export function buildServices({ store, barrier, timers, log, onFatal }: ServicePorts): Services {
  const room = { store, barrier, decoded: new DecodedValues() };
  const hasher = new TokenHasher();
  const kinds = [treeRevocationKind, childrenReleaseKind, mountDataDeletionKind];
  return {
    room,
    hasher,
    knowledge: new Knowledge({ room, hasher, barrier, timers }),
    intents: new Intents(room, kinds),
    background: new Background(log, onFatal),
  };
}

/** `router` knows which routes there are on this thread. */
export function buildPipeline(ports: PipelinePorts, services: Services, router: Router): Core {
  const { trail, auditHasher, clock, log, lifetimes, isSealed, onFatal } = ports;
  const { room, knowledge, intents, background } = services;
  return new Core({
    router,
    knowledge,
    quota: new Quota(),
    recorder: new Recorder({ trail, hasher: auditHasher, clock, log }),
    executor: new Executor({
      room,
      limits: lifetimes,
      identify: async (exchange) =>
        rightsOf(exchange, await knowledge.look(exchange.request.token), knowledge.acls),
    }),
    log,
    isSealed,
    background,
    finishRevocation: (intent) =>
      background.finish('revocation', () => intents.run(rootNamespaceId, intent)),
    onFatal,
  });
}

/** Puts the core together from its ports. */
import { sysRoutes } from '../../shared/api/sys.ts';
import { tokenRoutes } from '../../shared/api/token.ts';
import type { RouteTable } from '../../shared/api/route.ts';
import type { AuditHasher } from '../audit/hasher.ts';
import { rootNamespaceId } from '../namespaces/layout.ts';
import type { CeremonyKeys } from '../ports/ceremony-keys.ts';
import type { Random } from '../ports/random.ts';
import type { Seal } from '../seal/seal.ts';
import type { Intents } from '../store/intents.ts';
import type { TransactionRoom } from '../store/transact.ts';
import type { TokenHasher } from '../tokens/token-hasher.ts';
import { tokenHandlers } from './auth-token/handlers.ts';
import type { TokenParts } from './auth-token/parts.ts';
import type { Background } from './background.ts';
import { Ceremony } from './ceremony/ceremony.ts';
import { buildPipeline, buildServices, type PipelinePorts } from './build-pipeline.ts';
import { systemMountPath, tokenMountPath } from './core-mounts.ts';
import type { Core } from './core.ts';
import type { CoreHandlers } from './core-call.ts';
import { type Deposit, returnDeposit } from './deposit.ts';
import { Duties } from './duties.ts';
import { EventLog } from './events.ts';
import type { Knowledge } from './knowledge.ts';
import type { OperatorDirectory } from './operators/operator-directory.ts';
import type { CoreOptions } from './options.ts';
import { dropSealedKeys, takeSealedKeys } from './sealed-keys.ts';
import { type CoreRoutes, Router } from './steps/mount.ts';
import { type Standing, TokenStanding } from './standing.ts';
import { systemHandlers } from './system/handlers.ts';
import type { Leadership, SystemParts } from './system/parts.ts';

export interface CorePorts extends Omit<PipelinePorts, 'lifetimes' | 'isSealed'> {
  /** Already loaded. */
  readonly seal: Seal;
  readonly random: Random;
  readonly leadership: Leadership;
  readonly ceremonyKeys: CeremonyKeys;
  readonly metricsText?: () => string | Promise<string>;
  readonly deposit?: Deposit;
  readonly options: CoreOptions;
}

export interface BuiltCore {
  readonly core: Core;
  readonly duties: Duties;
  readonly ceremony: Ceremony;
  /** For connections that outlive requests. */
  readonly standing: Standing;
  readonly operators: OperatorDirectory;
  /** Hands the deposit, if any, to the agent once more. Throws `request.sealed`. */
  returnDeposit(): Promise<void>;
  /** Resolves when nothing runs behind answers any more: at shutdown, before the store closes. */
  settled(): Promise<void>;
}

/** Builds the core and ties it to the seal: it takes its keys at unseal and drops them at seal. */
export function buildCore(ports: CorePorts): BuiltCore {
  const { seal, barrier, clock, log, options, trail, auditHasher, random } = ports;
  const { nodeId, lifetimes } = options;
  const services = buildServices(ports);
  const { room, hasher, knowledge, intents, background } = services;
  const duties = new Duties({ ...ports, room, hasher: auditHasher, intents, nodeId });
  const mint = { random, hasher, barrier, limits: lifetimes };
  const events = new EventLog({ trail, clock, log });
  const { metricsText, deposit, ceremonyKeys } = ports;
  const ceremony = new Ceremony({ ...ports, keys: ceremonyKeys });
  const parts = { ...ports, ...services, mint, events, metricsText, deposit, ceremony };
  const router = routerOf({ ...parts, directory: knowledge.directory, duties });
  const pipeline = { ...ports, lifetimes, isSealed: () => seal.sealed };
  const core = buildPipeline(pipeline, services, router);
  const handDeposit = async (): Promise<void> => {
    if (deposit !== undefined) await returnDeposit(room, deposit);
  };
  tieToSeal(seal, {
    room,
    hasher,
    auditHasher,
    knowledge,
    duties,
    background,
    intents,
    events,
    handDeposit,
  });
  return {
    core,
    duties,
    ceremony,
    standing: new TokenStanding(knowledge),
    operators: knowledge.operators,
    returnDeposit: handDeposit,
    settled: () => background.settled(),
  };
}

function routerOf(parts: SystemParts & TokenParts): Router {
  return new Router(
    [
      coreRoutes(systemMountPath, sysRoutes, systemHandlers(parts)),
      coreRoutes(tokenMountPath, tokenRoutes, tokenHandlers(parts)),
    ],
    parts.engines,
  );
}

interface TiedParts {
  readonly room: TransactionRoom;
  readonly hasher: TokenHasher;
  readonly auditHasher: AuditHasher;
  readonly knowledge: Knowledge;
  readonly duties: Duties;
  readonly background: Background;
  readonly intents: Intents;
  readonly events: EventLog;
  readonly handDeposit: () => Promise<void>;
}

/** Takes the keys at unseal and drops them at seal. */
function tieToSeal(seal: Seal, parts: TiedParts): void {
  const { room, duties, events, background, intents } = parts;
  const holders = { tokens: parts.hasher, audit: parts.auditHasher };
  seal.onUnsealed(async () => {
    await takeSealedKeys(room, holders);
    // A certificate that cannot be renewed, or a file that stays, keeps nobody from the secrets.
    await background.finish('hand-over of the deposit', parts.handDeposit);
    await events.record('unsealed');
    background.start('resumption of interrupted work', () => intents.resumeAll(rootNamespaceId));
    duties.unsealed();
  });
  seal.onSealed(async (act) => {
    dropSealedKeys(holders);
    parts.knowledge.clear();
    await duties.sealed();
    await background.settled();
    await events.record('sealed', { ...act });
  });
}

/** A table with its handlers: which handler takes which fields is known to the table alone. */
function coreRoutes<Table extends RouteTable>(
  mountPath: string,
  routes: Table,
  handlers: CoreHandlers<Table>,
): CoreRoutes {
  return { mountPath, routes, handlers: handlers as unknown as CoreRoutes['handlers'] };
}

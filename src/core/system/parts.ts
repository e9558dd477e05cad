import type { AuditHasher } from '../../audit/hasher.ts';
import type { KeyringBarrier } from '../../barrier/keyring-barrier.ts';
import type { CeremonyKeys } from '../../ports/ceremony-keys.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Random } from '../../ports/random.ts';
import type { Seal } from '../../seal/seal.ts';
import type { Intents } from '../../store/intents.ts';
import type { TransactionRoom } from '../../store/transact.ts';
import type { TokenMint } from '../../tokens/token-creation.ts';
import type { Background } from '../background.ts';
import type { Ceremony } from '../ceremony/ceremony.ts';
import type { Deposit } from '../deposit.ts';
import type { EventLog } from '../events.ts';
import type { Knowledge } from '../knowledge.ts';
import type { CoreOptions } from '../options.ts';
import type { EngineRegistry } from '../steps/mount.ts';

/** What the handlers of `sys/` work with. Each group takes the part it needs. */
export interface SystemParts {
  readonly room: TransactionRoom;
  readonly seal: Seal;
  readonly barrier: KeyringBarrier;
  readonly ceremony: Ceremony;
  readonly ceremonyKeys: CeremonyKeys;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
  readonly options: CoreOptions;
  readonly mint: TokenMint;
  readonly knowledge: Knowledge;
  readonly intents: Intents;
  readonly background: Background;
  readonly auditHasher: AuditHasher;
  readonly events: EventLog;
  readonly engines: EngineRegistry;
  readonly leadership: Leadership;
  readonly deposit: Deposit | undefined;
  /** Metrics in the text form of Prometheus; undefined where there are none. */
  readonly metricsText: (() => string | Promise<string>) | undefined;
}

/** Who leads the cluster. */
export interface Leadership {
  /** The leader's node id (empty while there is none) and its term. */
  current(): { readonly leaderId: string; readonly term: number };
  /** Gives up leadership, if this node has it. */
  stepDown(): Promise<void>;
}

import type { Barrier } from '../barrier/barrier.ts';
import { mountsEpochKey, policiesEpochKey, rootNamespaceId } from '../namespaces/layout.ts';
import type { MountTable } from '../namespaces/mount-table.ts';
import { type LoadedMounts, loadMounts } from '../namespaces/mounts.ts';
import { NamespaceRecords } from '../namespaces/records.ts';
import type { Timers } from '../ports/clock.ts';
import type { Stamp } from '../ports/store.ts';
import { type MaybeSoon, whenThere } from '../store/at-once.ts';
import { Acls } from '../policies/acls.ts';
import type { TransactionRoom } from '../store/transact.ts';
import { type LiveToken, type Lookup, TokenDirectory } from '../tokens/token-directory.ts';
import type { TokenHasher } from '../tokens/token-hasher.ts';
import { type OperatorDirectory, operatorDirectory } from './operators/operator-directory.ts';

/** What the decision over one request stands on, all of it true at one moment. */
export interface Sight extends Stamp {
  readonly token: LiveToken | undefined;
  readonly mounts: MountTable;
  /** Revision of the policies' epoch. */
  readonly policiesEpoch: number;
}

export interface KnowledgeParts {
  readonly room: TransactionRoom;
  readonly hasher: TokenHasher;
  readonly barrier: Barrier;
  readonly timers: Timers;
}

/** Read together with every token. */
const epochKeys = [mountsEpochKey, policiesEpochKey];

/**
 * What the core knows of its namespace while unsealed: tokens, mounts, policies. Everything kept is
 * asked for again with each request, in one read, by revision; so any number of agents agree, and
 * an unchanged entry costs its name and a number.
 */
export class Knowledge {
  readonly directory: TokenDirectory;
  readonly acls: Acls;
  readonly operators: OperatorDirectory;
  readonly #room: TransactionRoom;
  readonly #records: NamespaceRecords;
  #mounts: LoadedMounts | undefined;

  constructor({ room, hasher, barrier, timers }: KnowledgeParts) {
    this.#room = room;
    this.#records = new NamespaceRecords(room, rootNamespaceId);
    this.directory = new TokenDirectory({ records: this.#records, barrier, hasher });
    this.acls = new Acls(this.#records, timers);
    this.operators = operatorDirectory(this.#records);
  }

  /** One linearizable look at the store for one request. Throws what store and barrier throw. */
  look(token: string | undefined): MaybeSoon<Sight> {
    return whenThere(this.directory.byToken(token, epochKeys), (found) => this.#sight(found));
  }

  /** The same for a token that is known by its id. */
  lookById(id: string): MaybeSoon<Sight> {
    return whenThere(this.directory.byId(id, epochKeys), (found) => this.#sight(found));
  }

  /** Forgets everything: at seal. */
  clear(): void {
    this.#room.decoded?.clear();
    this.#records.clear();
    this.acls.clear();
    this.#mounts = undefined;
  }

  #sight(lookup: Lookup): MaybeSoon<Sight> {
    const mounts = this.#knownMounts(lookup) ?? this.#loadMounts();
    return whenThere(mounts, (table) => sightOf(lookup, table));
  }

  #knownMounts({ others }: Lookup): MountTable | undefined {
    const epoch = others[0]?.modRevision ?? 0;
    return this.#mounts?.epochRevision === epoch ? this.#mounts.table : undefined;
  }

  async #loadMounts(): Promise<MountTable> {
    this.#mounts = await loadMounts(this.#room, rootNamespaceId);
    return this.#mounts.table;
  }
}

function sightOf(lookup: Lookup, mounts: MountTable): Sight {
  const { token, others, revision, clusterTimeMs } = lookup;
  return { token, mounts, policiesEpoch: others[1]?.modRevision ?? 0, revision, clusterTimeMs };
}

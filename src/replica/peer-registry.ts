/**
 * What this node knows of its peers' identity, to notice one that came back with less than it had:
 * a lost disk, or an old image. Such a node would vote and acknowledge as if it had never done so
 * before, and a majority that counts on it is none. It is refused until it was removed and joined
 * anew, under another id.
 *
 * - Its data folder (incarnation), start counter and nonce are in the replicated state (result
 *   windows), and in memory since this node's start. An image counts on when it is started again,
 *   and comes to any counter: so each start tells the nonces of those before it, and the one that
 *   is known must be among them.
 * - Whoever was let in before the state knew better is put out as soon as it does.
 * - What it acknowledged is known to the leader of the term, and counts in that term: a log may
 *   lose its end to a later leader. Of what is committed nothing is ever lost: the leader tells it
 *   to all, and it counts for ever. So a member that forgot it finds no voter, even when the leader
 *   is gone.
 */
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { Hello, StartRecord } from '../link/hello.ts';
import type { Links } from '../link/links.ts';
import type { EntryId, NodeId } from '../raft/types.ts';
import { sameBytes } from './digest.ts';
import { knownPeersMax } from './limits.ts';
import type { MachineState } from './machine-state.ts';
import { isMember } from './members.ts';
import type { ResultWindow } from './result-window.ts';

interface Known extends StartRecord {
  readonly incarnation: Uint8Array;
}

/** The newest start of a node that is known; the folder is empty until it was told. */
type KnownStart = Pick<ResultWindow, 'incarnation' | 'start' | 'nonce'>;

interface Contradicted {
  readonly node: NodeId;
  readonly error: StrongBoxError;
}

export class PeerRegistry {
  readonly #known = new Map<NodeId, Known>();
  /** Of this leader's term: the newest entry that the peer said is durable. */
  readonly #acknowledged = new Map<NodeId, EntryId>();

  /** Committed entries that the peer has said are durable, as leaders have told. */
  readonly #committed = new Map<NodeId, EntryId>();

  /** Why the peer is refused; undefined if nothing speaks against it, and then it is remembered. */
  obstacle(hello: Hello, machine: MachineState): StrongBoxError | undefined {
    const { node, incarnation, startCounter, startNonce, earlierNonces } = hello;
    if (machine.removed.includes(node)) return failure('link.peer-removed', { peer: node });
    const reason = this.#whyBehind(hello, machine.windows.get(node));
    if (reason !== undefined) return failure('link.peer-behind', { peer: node, reason });
    const hasRoom = this.#known.size < knownPeersMax || isMember(machine.conf, node);
    if (hasRoom) {
      this.#known.set(node, { incarnation, startCounter, startNonce, earlierNonces });
    }
    return undefined;
  }

  /** On the leader: the peer's log is durable up to this entry. */
  acknowledged(peer: NodeId, id: EntryId): void {
    const known = this.#acknowledged.get(peer);
    if (known === undefined || isBefore(known, id)) this.#acknowledged.set(peer, id);
  }

  /** A committed entry is durable with the peer, by the word of a leader. */
  learnCommitted(peer: NodeId, id: EntryId): void {
    const known = this.#committed.get(peer);
    if (known === undefined || isBefore(known, id)) this.#committed.set(peer, id);
  }

  /** Leadership begins or ends. */
  forgetAcknowledged(): void {
    this.#acknowledged.clear();
  }

  /** Only members' identities are kept. */
  keep(members: readonly NodeId[]): void {
    for (const known of [this.#known, this.#committed]) {
      for (const peer of known.keys()) if (!members.includes(peer)) known.delete(peer);
    }
  }

  /** Whom this node let in and would not any more, and why: its state has learned of another. */
  contradicted({ windows }: MachineState): readonly Contradicted[] {
    return [...this.#known].flatMap(([node, known]) => {
      const reason = whyOther(known, windows.get(node));
      if (reason === undefined) return [];
      return [{ node, error: failure('link.peer-behind', { peer: node, reason }) }];
    });
  }

  #whyBehind(hello: Hello, window: ResultWindow | undefined): string | undefined {
    const { node, last } = hello;
    const known = this.#known.get(node);
    const remembered = known === undefined ? undefined : asKnownStart(known);
    const reason = whyOther(hello, remembered) ?? whyOther(hello, window);
    if (reason !== undefined) return reason;
    const said = [this.#acknowledged.get(node), this.#committed.get(node)];
    const isShorter = said.some((id) => id !== undefined && isBefore(last, id));
    return isShorter ? 'its log is shorter than it said' : undefined;
  }
}

/**
 * Ends the connections of those whom this node would refuse now. Its state may have been behind, or
 * have fallen back to a checkpoint, when they said hello; their votes and answers counted since.
 */
export function putOut(
  { registry, links }: { readonly registry: PeerRegistry; readonly links: Links },
  machine: MachineState,
): void {
  for (const { node, error } of registry.contradicted(machine)) links.drop(node, error);
}

function asKnownStart({ incarnation, startCounter, startNonce }: Known): KnownStart {
  return { incarnation, start: startCounter, nonce: startNonce };
}

/** Why it cannot be the node of which a start is known. */
function whyOther(it: Known, than: KnownStart | undefined): string | undefined {
  if (than === undefined) return undefined;
  const { incarnation, start, nonce } = than;
  if (incarnation.length > 0 && !sameBytes(incarnation, it.incarnation)) {
    return 'its data folder is another one';
  }
  if (it.startCounter < start) return 'its start counter went back';
  return isFrom(it, start, nonce) ? undefined : 'it started twice from one image';
}

/** Whether it is that start, or one after it; true also where it is too long ago to be told. */
function isFrom(it: StartRecord, startCounter: number, startNonce: number): boolean {
  const nonces = [it.startNonce, ...it.earlierNonces];
  const nonce = nonces[it.startCounter - startCounter];
  return nonce === undefined || nonce === startNonce;
}

function isBefore(left: EntryId, right: EntryId): boolean {
  return left.term < right.term || (left.term === right.term && left.index < right.index);
}

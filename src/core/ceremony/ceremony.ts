/**
 * The ceremony that gets this node its keys, as everybody who watches sees it: who sits there,
 * which shares are in and by whom, what was refused and why. It shows what the seal's one
 * collection holds, whichever way a share came (channel, HTTP, command line), and decides nothing.
 *
 * The nonce is the collection's: new with every reset, time-out and completion. Each nonce has a
 * key of its own that shares may be sealed to, made when somebody first asks for it.
 */
import { assert } from '../../../shared/assert.ts';
import { participantsMax } from '../../../shared/control/limits.ts';
import type { SealedShareBox } from '../../../shared/control/methods.ts';
import type {
  CeremonyEvent,
  CeremonySnapshot,
  CeremonyState,
  EnteredShare,
  Participant,
} from '../../../shared/control/topics.ts';
import { failure, StrongBoxError } from '../../../shared/errors/failure.ts';
import { newUuid } from '../../../shared/ids.ts';
import type { CeremonyKey, CeremonyKeys } from '../../ports/ceremony-keys.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { AttemptLimit, wrongShareRate } from '../../seal/attempt-limit.ts';
import { ceremonyIdleTimeoutMs, wrongSharesPerSecondMax } from '../../seal/limits.ts';
import type { Seal } from '../../seal/seal.ts';
import type { SealAct } from '../../seal/seal-watcher.ts';
import type { CollectionChange, CollectionSnapshot } from '../../seal/share-collection.ts';
import { EventRing } from './event-ring.ts';

export interface CeremonyPorts {
  /** Loaded or not. */
  readonly seal: Seal;
  readonly keys: CeremonyKeys;
  readonly random: Random;
  readonly clock: Clock;
}

export class Ceremony {
  readonly #ports: CeremonyPorts;
  readonly #ring = new EventRing();
  readonly #participants = new Map<string, Participant>();
  readonly #listeners = new Set<() => void>();
  /** When each share of the running collection came. */
  readonly #enteredMs = new Map<number, number>();
  readonly #refusals: AttemptLimit;
  readonly #initNonce: string;
  #nonce = '';
  #attempt = 0;
  #key: CeremonyKey | undefined;
  #deadlineMs: number | undefined;
  #sealed = true;

  constructor(ports: CeremonyPorts) {
    this.#ports = ports;
    this.#refusals = new AttemptLimit(ports.clock, wrongShareRate);
    this.#initNonce = newUuid(ports.random);
    this.#sealed = ports.seal.sealed;
    ports.seal.onProgress((change, snapshot) => this.#progressed(change, snapshot));
    ports.seal.watch({
      refused: (code, by) => this.#tell('refused', by, code),
      reset: (by, reason) => this.#tell('reset', by, reason),
      changed: (sealed, act) => this.#changed(sealed, act),
    });
  }

  snapshot(): CeremonySnapshot {
    const { seal } = this.#ports;
    const collection = seal.collection;
    this.#follow(collection);
    const state = stateOf(seal, collection);
    return {
      kind: 'ceremony',
      ceremony: collection === undefined ? 'init' : 'unseal',
      state,
      nonce: this.#nonce,
      publicKey: collection === undefined || state === 'done' ? '' : this.#currentKey().publicKey,
      setId: seal.status().setId ?? '',
      threshold: collection?.threshold ?? 0,
      count: collection?.count ?? 0,
      entered: this.#entered(collection),
      deadlineAtMs: this.#deadlineMs,
      attempt: this.#attempt,
      participants: [...this.#participants.values()],
      events: this.#ring.events,
    };
  }

  /** Calls `listener` after each change, in the same turn; the returned function ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * The text of a sealed share, for the caller to zero. Throws `seal.not-initialised`,
   * `seal.nonce-mismatch`, `share.box-unreadable`, `share.box-foreign`; everybody is told. More of
   * these than `wrongSharesPerSecondMax` in a second are `seal.too-many-attempts`, untold.
   */
  open(box: SealedShareBox, nonce: string): Uint8Array {
    const collection = this.#ports.seal.collection;
    if (collection === undefined) throw failure('seal.not-initialised');
    this.#follow(collection);
    try {
      if (nonce !== this.#nonce) throw failure('seal.nonce-mismatch');
      const binding = { ceremony: 'unseal', nonce, plan: '', holder: box.holder };
      return this.#currentKey().open(box, binding);
    } catch (error) {
      if (!(error instanceof StrongBoxError)) throw error;
      // As the seal answers wrong shares: a flood learns nothing, and fills nobody's screen.
      if (!this.#refusals.admit()) {
        throw failure('seal.too-many-attempts', { wrongSharesPerSecondMax });
      }
      this.#tell('refused', box.holder, error.code);
      throw error;
    }
  }

  /** The cluster was founded. */
  initialised(by: string | undefined): void {
    this.#tell('initialised', by, '');
  }

  /** Says who sits at a console and what they look at. Too many are left out, with no harm. */
  join(participant: Omit<Participant, 'sinceMs'>): void {
    const known = this.#participants.get(participant.id);
    if (known === undefined && this.#participants.size >= participantsMax) return;
    const sinceMs = known?.sinceMs ?? this.#ports.clock.wallMs();
    this.#participants.set(participant.id, { ...participant, sinceMs });
    if (known?.name === participant.name) this.#wake();
    else this.#tell('joined', participant.name, '');
  }

  /** Says which name a participant's key has proved, or that it has proved none any more. */
  proved(id: string, operator: string | undefined): void {
    const participant = this.#participants.get(id);
    if (participant === undefined) return;
    this.#participants.set(id, { ...participant, proved: participant.name === operator });
    this.#wake();
  }

  leave(id: string): void {
    const participant = this.#participants.get(id);
    if (participant === undefined) return;
    this.#participants.delete(id);
    this.#tell('left', participant.name, '');
  }

  #entered(collection: CollectionSnapshot | undefined): readonly EnteredShare[] {
    return (collection?.entered ?? []).map(({ index, by }) => {
      const atMs = this.#enteredMs.get(index);
      assert(atMs !== undefined, 'a share that is in was seen to come');
      return { index, by, atMs };
    });
  }

  /** Notices a new nonce: the key of the last one goes. */
  #follow(collection: CollectionSnapshot | undefined): void {
    const nonce = collection?.nonce ?? this.#initNonce;
    if (nonce === this.#nonce) return;
    // Making the key was no attempt to unseal.
    this.#attempt = this.#nonce === this.#initNonce ? 1 : this.#attempt + 1;
    this.#nonce = nonce;
    this.#key?.destroy();
    this.#key = undefined;
  }

  #currentKey(): CeremonyKey {
    this.#key ??= this.#ports.keys.make();
    return this.#key;
  }

  #progressed(change: CollectionChange, snapshot: CollectionSnapshot): void {
    this.#follow(snapshot);
    const newest = snapshot.entered.at(-1);
    if (change === 'entered' && newest !== undefined) {
      const nowMs = this.#ports.clock.wallMs();
      this.#enteredMs.set(newest.index, nowMs);
      this.#deadlineMs = nowMs + ceremonyIdleTimeoutMs;
      return this.#tell('entered', newest.by, String(newest.index));
    }
    this.#enteredMs.clear();
    this.#deadlineMs = undefined;
    // What a reset was for is told by who asked for it; sealing and unsealing tell for themselves.
    if (change === 'expired') this.#tell('expired', undefined, '');
  }

  #changed(sealed: boolean, act: SealAct): void {
    if (sealed === this.#sealed) return this.#wake();
    this.#sealed = sealed;
    if (sealed) this.#attempt = 1;
    this.#tell(sealed ? 'sealed' : 'unsealed', act.by, act.reason ?? '');
  }

  #tell(what: CeremonyEvent['what'], by: string | undefined, detail: string): void {
    this.#ring.add({ atMs: this.#ports.clock.wallMs(), what, by, detail });
    this.#wake();
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }
}

function stateOf(seal: Seal, collection: CollectionSnapshot | undefined): CeremonyState {
  if (!seal.sealed) return 'done';
  return (collection?.progress ?? 0) > 0 ? 'collecting' : 'waiting';
}

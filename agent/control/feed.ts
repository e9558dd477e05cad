/**
 * What a subscription is fed from. A topic is one source for all sockets; a feed is one socket's
 * place in it. Nothing is queued for a socket: a feed of states knows only that there is something
 * newer, a feed of events only how far its socket has come.
 */
import type { TopicName, TopicSnapshot, TopicUpdate } from '../../shared/control/topics.ts';

type WithoutSequence<Counted> = Counted extends unknown ? Omit<Counted, 'sequence'> : never;

/** An update before it is counted. */
export type Update = WithoutSequence<TopicUpdate>;

export interface Feed {
  /** The present state, for the answer to `subscribe`. */
  first(): Promise<TopicSnapshot>;
  /** Whether something has come that was not sent yet. */
  readonly due: boolean;
  /** What has come, as one update; undefined if nothing has. */
  next(): Promise<Update | undefined>;
  /** Its socket may not see what has come: events are given up, the newest state stays due. */
  skip(): void;
  close(): void;
}

export interface Topic {
  /** `wake` is called when there is something, at any time until the feed is closed. */
  open(wake: () => void): Feed;
}

export type Topics = { readonly [Name in TopicName]: Topic };

/** Where states come from. */
export interface StateSource<State extends Update> {
  readonly topic: State['topic'];
  snapshot(): Promise<TopicSnapshot>;
  /** Calls `listener` at each change; the returned function ends that. */
  watch(listener: () => void): () => void;
}

/** A topic whose newest state is all that matters. */
export function stateTopic<State extends Update>(source: StateSource<State>): Topic {
  return { open: (wake) => new StateFeed(source, wake) };
}

class StateFeed<State extends Update> implements Feed {
  readonly #source: StateSource<State>;
  readonly #leave: () => void;
  #changed = false;

  constructor(source: StateSource<State>, wake: () => void) {
    this.#source = source;
    this.#leave = source.watch(() => {
      this.#changed = true;
      wake();
    });
  }

  get due(): boolean {
    return this.#changed;
  }

  first(): Promise<TopicSnapshot> {
    this.#changed = false;
    return this.#source.snapshot();
  }

  async next(): Promise<Update | undefined> {
    if (!this.#changed) return undefined;
    const snapshot = await this.first();
    return { topic: this.#source.topic, snapshot } as Update;
  }

  skip(): void {
    // Once the right is given again, what was shown before must not stand for the present.
  }

  close(): void {
    this.#leave();
  }
}

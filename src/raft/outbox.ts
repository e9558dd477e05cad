/**
 * Answers wait for durability: this file is the one place of that rule.
 *
 * Votes and acknowledgements speak of what this node has written. They leave only after everything
 * that is unstable now (term, vote, entries, snapshot) is durable, be it with the driver already or
 * still to be handed out: else a node that crashes could vote twice in a term, or a leader could
 * count an entry that is lost (dissertation 3.8). The node's own vote, and the leader's own share
 * in a commit, are such answers too: they are messages to itself. Rejections wait as well: they may
 * rest on a vote or an entry that is not durable, and they are rare.
 *
 * Everything else asks, tells or forwards; it may leave at once. So a leader's appends travel while
 * its own disk still writes (dissertation 10.2.1).
 */
import { assert } from '../../shared/assert.ts';
import type { AnswerMessage, PeerMessage } from './messages.ts';
import type { NodeId } from './types.ts';

export class Outbox {
  readonly #self: NodeId;
  /** Invariant: none of them is to this node. */
  #immediate: PeerMessage[] = [];
  #afterAppend: AnswerMessage[] = [];

  constructor(self: NodeId) {
    this.#self = self;
  }

  put(message: PeerMessage): void {
    if (waitsForDurability(message)) {
      this.#afterAppend.push(message);
      return;
    }
    assert(message.to !== this.#self, 'a node has only answers for itself');
    this.#immediate.push(message);
  }

  get isEmpty(): boolean {
    return this.#immediate.length === 0 && this.#afterAppend.length === 0;
  }

  /** Takes what may leave at once. */
  takeImmediate(): readonly PeerMessage[] {
    const taken = this.#immediate;
    this.#immediate = [];
    return taken;
  }

  /** Takes what may leave once everything that is unstable now is durable. */
  takeAfterAppend(): readonly AnswerMessage[] {
    const taken = this.#afterAppend;
    this.#afterAppend = [];
    return taken;
  }
}

function waitsForDurability(message: PeerMessage): message is AnswerMessage {
  return (
    message.type === 'MsgAppResp' ||
    message.type === 'MsgVoteResp' ||
    message.type === 'MsgPreVoteResp'
  );
}

/** What frames of the real driver say, for the oracle: it judges answers as they leave. */
import { unpackFrame } from '../../../src/link/frame.ts';
import { readPeerFrame } from '../../../src/link/peer-frame.ts';
import type { PeerMessage } from '../../../src/raft/messages.ts';

export function sentMessage(bytes: Uint8Array, told: (message: PeerMessage) => void): void {
  const raw = unpackFrame(bytes);
  if (raw.type !== 'raft') return;
  const frame = readPeerFrame(raw);
  if (frame.type === 'raft') told(frame.message);
}

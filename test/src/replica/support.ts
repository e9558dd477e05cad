/** Small words for the tests of the driver. */
import { sha256 } from '../../../src/crypto/sha256.ts';
import type { Entry, Operation, Transaction } from '../../../src/ports/store.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { Entry as LogEntry, NodeId } from '../../../src/raft/types.ts';
import {
  encodeProposal,
  type ProposalBody,
  type ProposalHead,
  stampProposal,
} from '../../../src/replica/entry-codec.ts';
import { emptyMachineState, type MachineState } from '../../../src/replica/machine-state.ts';
import {
  type AppliedEntries,
  applyEntries,
  readCommand,
} from '../../../src/replica/state-machine.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const put = (key: string, value = ''): Operation => {
  return { kind: 'put', key, value: bytes(value) };
};

export const transaction = (...then: readonly Operation[]): Transaction => {
  return { compare: [], then, else: [] };
};

export const writeOf = (...then: readonly Operation[]): ProposalBody => {
  return { kind: 'transaction', transaction: transaction(...then) };
};

export function proposal(
  head: Partial<ProposalHead> & { readonly sequence: number },
  body: ProposalBody,
  stampMs = 1_000,
): Uint8Array {
  const whole = { node: 1, start: 1, nonce: 1, lowest: 1, ...head };
  return stampProposal(encodeProposal(whole, body), stampMs);
}

/** A state machine with its entries, fed entry by entry. */
export class Machine {
  state: MachineState;
  readonly entries = new Map<string, Entry>();

  constructor(voters: readonly NodeId[] = [1, 2, 3]) {
    this.state = { ...emptyMachineState, conf: { ...emptyConf, voters } };
  }

  /** Applies the payloads in one batch. */
  apply(...payloads: readonly (Uint8Array | LogEntry)[]): AppliedEntries {
    const first = this.state.applied.index + 1;
    const batch = payloads.map((payload, position) => {
      const index = first + position;
      const entry: LogEntry =
        payload instanceof Uint8Array
          ? { term: 1, index, type: 'normal', data: payload }
          : { ...payload, index };
      return { entry, command: readCommand(entry) };
    });
    const result = applyEntries(this.state, batch, (key) => this.entries.get(key), sha256);
    this.state = result.state;
    for (const [key, entry] of result.write.entries) {
      if (entry === undefined) this.entries.delete(key);
      else this.entries.set(key, entry);
    }
    return result;
  }
}

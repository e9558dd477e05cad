/** The log and the state as the core reads them. The state is the newest snapshot there is. */
import type { LogStorage } from '../ports/log-storage.ts';
import type { StableLog } from '../raft/stable-log.ts';
import type { ConfState, Entry, HardState, Snapshot } from '../raft/types.ts';
import type { MachineState } from './machine-state.ts';

export class StableLogView implements StableLog {
  readonly #log: LogStorage;
  readonly #machine: () => MachineState;

  constructor(log: LogStorage, machine: () => MachineState) {
    this.#log = log;
    this.#machine = machine;
  }

  initialState(): { hardState: HardState | undefined; confState: ConfState } {
    return { hardState: this.#log.hardState(), confState: this.#machine().conf };
  }

  firstIndex(): number {
    return this.#log.firstIndex();
  }

  lastIndex(): number {
    return this.#log.lastIndex();
  }

  term(index: number): number | undefined {
    return this.#log.term(index);
  }

  entries(low: number, high: number, bytesMax: number): readonly Entry[] | undefined {
    return this.#log.entries(low, high, bytesMax);
  }

  snapshot(): Snapshot | undefined {
    const { applied, conf } = this.#machine();
    return applied.index === 0 ? undefined : { ...applied, confState: conf };
  }
}

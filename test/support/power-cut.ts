/**
 * A disk that forgets: the files of a folder as a power cut may leave them.
 *
 * A sync of a file makes its earlier writes durable, a sync of a folder the names in it. Of what no
 * sync had promised, a power cut keeps what it likes. Of the later writes into a file, each is
 * there, or not, or some of its sectors are, whatever their order was. Of what was appended, the
 * first so many bytes are there, as ext4 (ordered) and XFS keep a file that grows. Of the later
 * names, the first so many are there (a journal keeps their order), with whatever of their files
 * was durable by then.
 */
import { dirname } from 'node:path';
import { SeededRandom } from './seeded-random.ts';
import type { DiskStep } from './disk-trace.ts';

const sectorBytes = 512;

type Change = Extract<DiskStep, { kind: 'write' | 'truncate' }>;
type AppendedBytes = Extract<DiskStep, { kind: 'write' }>;
type NameChange = (names: Map<string, SimulatedFile>) => void;

/** A number from 0 (inclusive) to 1. */
export type Chance = () => number;

export function chanceOf(seed: number): Chance {
  const random = new SeededRandom(String(seed));
  return () => Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
}

class SimulatedFile {
  #durable: Buffer = Buffer.alloc(0);
  #pending: Change[] = [];

  change(change: Change): void {
    this.#pending.push(change);
  }

  sync(): void {
    for (const change of this.#pending) this.#durable = applied(this.#durable, change);
    this.#pending = [];
  }

  afterCut(chance: Chance): Buffer {
    let bytes: Buffer = Buffer.from(this.#durable);
    for (const change of this.#pending.filter((each) => !isAppended(each))) {
      for (const kept of keptOf(change, chance)) bytes = applied(bytes, kept);
    }
    for (const appended of keptAppends(this.#pending.filter(isAppended), chance)) {
      bytes = applied(bytes, appended);
    }
    return bytes;
  }
}

function isAppended(change: Change): change is AppendedBytes {
  return change.kind === 'write' && change.at === undefined;
}

function keptAppends(appended: readonly AppendedBytes[], chance: Chance): readonly Change[] {
  const total = appended.reduce((sum, { bytes }) => sum + bytes.length, 0);
  let left = Math.floor(chance() * (total + 1));
  return appended.map((change) => {
    const bytes = change.bytes.subarray(0, left);
    left -= bytes.length;
    return { ...change, bytes };
  });
}

function keptOf(change: Change, chance: Chance): readonly Change[] {
  const fate = chance();
  if (fate < 1 / 3) return [];
  if (fate < 2 / 3 || change.kind !== 'write') return [change];
  const sectors: Change[] = [];
  for (let from = 0; from < change.bytes.length; from += sectorBytes) {
    const bytes = change.bytes.subarray(from, from + sectorBytes);
    if (chance() < 1 / 2) sectors.push({ ...change, at: (change.at ?? 0) + from, bytes });
  }
  return sectors;
}

function applied(before: Buffer, change: Change): Buffer {
  if (change.kind === 'truncate') return Buffer.concat([before], change.size);
  const at = change.at ?? before.length;
  const end = at + change.bytes.length;
  const after = end > before.length ? Buffer.concat([before], end) : before;
  change.bytes.copy(after, at);
  return after;
}

/** Plays steps, and tells what a power cut behind them may leave. */
export class SimulatedDisk {
  readonly #names = new Map<string, SimulatedFile>();
  readonly #durableNames = new Map<string, SimulatedFile>();
  /** By folder, in order. */
  readonly #pendingNames = new Map<string, NameChange[]>();

  play(step: DiskStep): void {
    if (step.kind === 'said') return;
    if (step.kind === 'sync') return this.#sync(step.path);
    if (step.kind === 'write' || step.kind === 'truncate') {
      return this.#names.get(step.path)?.change(step);
    }
    const change = this.#nameChange(step);
    if (change === undefined) return;
    change(this.#names);
    const folder = dirname(step.path);
    this.#pendingNames.set(folder, [...(this.#pendingNames.get(folder) ?? []), change]);
  }

  /** Bytes by path. The disk itself stays as it was. */
  afterCut(chance: Chance): ReadonlyMap<string, Buffer> {
    const names = new Map(this.#durableNames);
    for (const changes of this.#pendingNames.values()) {
      const kept = Math.floor(chance() * (changes.length + 1));
      for (const change of changes.slice(0, kept)) change(names);
    }
    return new Map([...names].map(([path, file]) => [path, file.afterCut(chance)]));
  }

  #sync(path: string): void {
    const file = this.#names.get(path);
    if (file !== undefined) return file.sync();
    for (const change of this.#pendingNames.get(path) ?? []) change(this.#durableNames);
    this.#pendingNames.delete(path);
  }

  /** Undefined for a call that failed: the name was there already, or was not. */
  #nameChange(
    step: Extract<DiskStep, { kind: 'create' | 'rename' | 'remove' }>,
  ): NameChange | undefined {
    const file = this.#names.get(step.path);
    if (step.kind === 'create') {
      if (file !== undefined) return undefined;
      const created = new SimulatedFile();
      return (names) => void names.set(step.path, created);
    }
    if (file === undefined) return undefined;
    return (names) => {
      names.delete(step.path);
      if (step.kind === 'rename') names.set(step.to, file);
    };
  }
}

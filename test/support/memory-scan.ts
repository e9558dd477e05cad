import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** Bytes read at once. */
const chunkBytes = 4 * 1_048_576;

/** Why this process cannot read the memory of its children, or undefined if it can. */
export function memoryScanObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'the memory of a process is a file on Linux only';
  try {
    closeSync(openSync('/proc/self/mem', 'r'));
    return undefined;
  } catch {
    return 'the kernel does not let us read the memory of a process';
  }
}

/**
 * How often each needle occurs in the memory of a process, all of its readable regions included
 * (heap, native heap, stacks, files mapped in). Throws if the memory cannot be read.
 */
export function scanMemory(pid: number, needles: readonly Uint8Array[]): number[] {
  const counts = needles.map(() => 0);
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const region of readableRegions(pid)) {
      for (const chunk of chunksOf(memory, region, overlap)) {
        for (const [at, needle] of needles.entries()) {
          counts[at] = (counts[at] ?? 0) + occurrences(chunk, needle);
        }
      }
    }
  } finally {
    closeSync(memory);
  }
  return counts;
}

interface Region {
  readonly start: number;
  readonly end: number;
}

function readableRegions(pid: number): Region[] {
  const regions: Region[] = [];
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const match = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line);
    if (match === null || /\[(vvar|vsyscall|vdso)/.test(line)) continue;
    regions.push({
      start: Number.parseInt(match[1] ?? '', 16),
      end: Number.parseInt(match[2] ?? '', 16),
    });
  }
  return regions;
}

/**
 * The bytes of a region in pieces. A piece begins with the last bytes of the one before, too few to
 * hold a whole needle, so that one across the border is found, and none twice.
 */
function* chunksOf(memory: number, { start, end }: Region, overlap: number): Generator<Buffer> {
  const buffer = Buffer.alloc(chunkBytes);
  let kept = 0;
  for (let at = start; at < end; ) {
    const wanted = Math.min(chunkBytes - kept, end - at);
    const count = readOrNothing(memory, buffer.subarray(kept, kept + wanted), at);
    if (count === 0) return;
    const filled = kept + count;
    yield buffer.subarray(0, filled);
    kept = Math.min(overlap, filled);
    buffer.copyWithin(0, filled - kept, filled);
    at += count;
  }
}

/** A region may vanish while it is read, and guard pages cannot be. */
function readOrNothing(memory: number, target: Buffer, position: number): number {
  try {
    return readSync(memory, target, 0, target.length, position);
  } catch {
    return 0;
  }
}

function occurrences(haystack: Buffer, needle: Uint8Array): number {
  let count = 0;
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
    count += 1;
  }
  return count;
}

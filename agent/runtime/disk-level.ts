/**
 * How full a disk is, as an alarm: pure. A level begins at one share and ends at a lower one, so
 * that a disk at the edge does not raise and clear its alarm with each file that comes and goes.
 */
export type DiskLevel = 'ample' | 'nearly-full' | 'full';

/** Shares of the space that others than root may use. */
const bounds = {
  'nearly-full': { from: 0.9, until: 0.85 },
  full: { from: 0.98, until: 0.95 },
} as const;

/** Blocks of a file system, as statfs(2) tells them. */
export interface DiskBlocks {
  readonly blocks: number;
  /** Free blocks, and those of them that are not kept for root. */
  readonly bfree: number;
  readonly bavail: number;
  /** Bytes of a block. */
  readonly bsize: number;
}

/** The share in use, as `df` shows it: what is kept for root counts neither as used nor as free. */
export function usedShare({ blocks, bfree, bavail }: DiskBlocks): number {
  const used = blocks - bfree;
  return used + bavail > 0 ? used / (used + bavail) : 0;
}

/** The level after another look. */
export function nextLevel(level: DiskLevel, used: number): DiskLevel {
  if (used >= bounds.full.from || (level === 'full' && used >= bounds.full.until)) return 'full';
  const near = used >= bounds['nearly-full'].from;
  if (near || (level !== 'ample' && used >= bounds['nearly-full'].until)) return 'nearly-full';
  return 'ample';
}

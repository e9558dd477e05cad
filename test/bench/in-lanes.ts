/** Work in chunks, several of them under way at the same time. */

export interface Chunks {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly chunkSize: number;
  readonly lanes: number;
  /** Told after each chunk how much is done. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Calls `work` for each chunk [first, end) in order, at most `lanes` at a time. */
export async function inLanes(
  { from, to, chunkSize, lanes, onProgress }: Chunks,
  work: (first: number, end: number) => Promise<void>,
): Promise<void> {
  let next = from;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (next < to) {
      const first = next;
      const end = Math.min(to, first + chunkSize);
      next = end;
      await work(first, end);
      done += end - first;
      onProgress?.(done);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

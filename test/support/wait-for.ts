/** Waits for what another party does in its own time, without guessing how long that takes. */
const timeoutMs = 30_000;
const pollIntervalMs = 5;

/** Resolves with the first value that is neither undefined nor false; rejects after 30 s. */
export async function waitFor<Value>(
  what: string,
  look: () => Value | undefined | false,
): Promise<Value> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollIntervalMs));
  }
}

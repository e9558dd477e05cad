/** Waits for what another party does in its own time, without guessing how long that takes. */
const timeoutMs = 30_000;
const pollIntervalMs = 5;

type Seen<Value> = Value | undefined | false;

/**
 * Resolves with the first value, or the first that a promise comes to, that is neither undefined
 * nor false; rejects after 30 s.
 */
export async function waitFor<Value>(
  what: string,
  look: () => Seen<Value> | Promise<Seen<Value>>,
): Promise<Value> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollIntervalMs));
  }
}

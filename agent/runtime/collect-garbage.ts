/** The launcher passes --expose-gc: key objects are cleared when they are collected. */
export function collectGarbage(): void {
  globalThis.gc?.();
}

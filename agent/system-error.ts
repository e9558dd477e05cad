/**
 * The code that an error of the operating system, of Node or of a native add-on carries: `ENOENT`,
 * `SQLITE_FULL`. Undefined for everything else.
 */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  // It goes into messages, so it is looked at: other errors have codes of other kinds.
  return typeof code === 'string' && /^[A-Z0-9_]{2,64}$/.test(code) ? code : undefined;
}

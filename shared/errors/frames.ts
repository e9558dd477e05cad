/**
 * The places that an error passed, without its message: that of an error which nobody expected may
 * quote what was being worked on.
 */
export function framesOf({ stack = '' }: Error): readonly string[] {
  const lines = stack.split('\n').filter((line) => line.startsWith('    at '));
  return lines.map((line) => line.trim());
}

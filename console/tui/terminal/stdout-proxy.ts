/**
 * What is written to the terminal on entering and leaving the alternate screen. Ink neither homes
 * the cursor on entry, so a short frame begins where the shell stood, nor wipes on exit, so tmux
 * shows old rows after a resize. Reports of the terminal's focus are on exactly while it shows the
 * console: dangerous keys are disarmed without it. Everything else passes unchanged.
 */

const enter = '\u001b[?1049h';
const leave = '\u001b[?1049l';
const clearAndHome = '\u001b[2J\u001b[H';
const focusReportsOn = '\u001b[?1004h';
const focusReportsOff = '\u001b[?1004l';

/** The same stream, with only its `write` changed. */
export function cleanScreenOutput(stdout: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = (chunk: unknown, ...rest: readonly unknown[]): unknown => {
    const shown = typeof chunk === 'string' ? withCleanScreen(chunk) : chunk;
    return Reflect.apply(Reflect.get(stdout, 'write'), stdout, [shown, ...rest]);
  };
  return new Proxy(stdout, {
    get(target, property): unknown {
      if (property === 'write') return write;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set(target, property, value) {
      return Reflect.set(target, property, value, target);
    },
  });
}

function withCleanScreen(chunk: string): string {
  return chunk
    .replaceAll(enter, enter + clearAndHome + focusReportsOn)
    .replaceAll(leave, focusReportsOff + clearAndHome + leave);
}

/** Starts the small console of fixture-app.tsx on a pty, after the shell has written a line. */
import { fileURLToPath } from 'node:url';
import { PtyConsole } from '../../../support/pty-console.ts';

/** Its compiled form: tests that use it are compiled too. */
export const fixture: string = fileURLToPath(new URL('fixture-app.js', import.meta.url));

export async function startFixture(
  environment: Readonly<Record<string, string>> = {},
): Promise<PtyConsole> {
  const command = `echo before; exec '${process.execPath}' '${fixture}'`;
  const terminal = new PtyConsole({ file: 'sh', arguments: ['-c', command], environment });
  await untilListening(terminal);
  return terminal;
}

/** The first frame comes a moment before raw mode: until then the kernel keeps the keys. */
export async function untilListening(terminal: PtyConsole): Promise<void> {
  await terminal.waitFor('last: none.');
  await terminal.waitUntil(() => terminal.raw.includes('\u001b[?2004h'), 'listening');
}

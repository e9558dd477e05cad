/**
 * The console's program. The command line has looked at the terminal before it loads this: Ink and
 * React are here, and with them most of the time to the first frame.
 */
import { renderToString } from 'ink';
import { Root } from './app/root.tsx';
import { ScreenView } from './app/screen-view.tsx';
import { ConsoleSession } from './app/session.ts';
import type { App } from './app/step.ts';
import { ThemeProvider } from './components/theme-context.tsx';
import type { ConsoleOptions } from './options.ts';
import { capabilitiesOf } from './terminal/capabilities.ts';
import { guardTerminal } from './terminal/restore.ts';
import { startInk } from './terminal/start-ink.ts';
import { themeOf } from './terminal/theme.ts';

/** Runs until somebody quits; resolves with the exit code. Both ends are terminals. */
export async function runConsole(options: ConsoleOptions): Promise<number> {
  const { stdin, stdout, environment, folder } = options;
  const guard = guardTerminal({ descriptor: 1, stdin }, describe);
  const { colours } = capabilitiesOf(environment, {
    stdinIsTerminal: stdin.isTTY,
    stdoutIsTerminal: stdout.isTTY,
  });
  const theme = themeOf(options.theme, colours !== 'none');
  const session = new ConsoleSession({
    ...options,
    settings: {
      address: options.address,
      holder: options.holder,
      start: { view: options.view, argument: options.argument },
    },
  });
  const { instance } = startInk({ stdin, stdout, guard }, (input) => (
    <Root
      session={session}
      theme={theme}
      sideEvents={(listener) => input.listen(listener)}
      folder={folder}
    />
  ));
  await instance.waitUntilExit();
  await session.stop();
  guard.release();
  return 0;
}

/** Where our own fault lies; never the text of an unknown error, which may carry a value. */
function describe(error: unknown): string {
  const name = error instanceof Error ? error.name : 'unknown error';
  const frames = error instanceof Error ? (error.stack ?? '') : '';
  const places = frames.split('\n').filter((line) => /^\s+at .*(?:file|node):/u.test(line));
  return [`Fault in strongbox itself (${name}). Please report these lines:`, ...places].join('\n');
}

/** The view of a console as text, for `--once`. */
export function drawApp(app: App): string {
  const { columns } = app.model.size;
  const tree = (
    <ThemeProvider theme={themeOf('mono', false)}>
      <ScreenView app={app} />
    </ThemeProvider>
  );
  const text = renderToString(tree, { columns }).replaceAll(/\u001b\[[\d;]*m/g, '');
  return `${text.replaceAll(/[ ]+$/gm, '').trimEnd()}\n`;
}

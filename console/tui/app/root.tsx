/** The root of the tree: takes keys, draws the state of the store, and lends out the terminal. */
import { useApp, useStdout, useWindowSize } from 'ink';
import { type ReactElement, useEffect, useSyncExternalStore } from 'react';
import { ThemeProvider } from '../components/theme-context.tsx';
import { onDisturbance } from '../terminal/disturbances.ts';
import { dumpScreen } from '../terminal/screen-dump.ts';
import { drawAnew, runInTerminal, stopForShell, whileSuspended } from '../terminal/suspend.ts';
import type { Theme } from '../terminal/theme.ts';
import { type SideEvents, useTerminalEvents } from '../terminal/use-terminal-events.ts';
import { secretsState } from '../screens/secrets/secret-selection.ts';
import { ScreenView } from './screen-view.tsx';
import type { ConsoleSession } from './session.ts';

export interface RootProps {
  readonly session: ConsoleSession;
  readonly theme: Theme;
  readonly sideEvents: SideEvents | undefined;
  /** Where screen dumps go. */
  readonly folder: string;
}

export function Root({ session, theme, sideEvents, folder }: RootProps): ReactElement {
  const { store } = session;
  const app = useSyncExternalStore(store.subscribe, store.snapshot);
  const { columns, rows } = useWindowSize();
  useTerminalEvents(sideEvents, store.press);
  useTerminalPort({ session, theme, sideEvents, folder });
  useEffect(() => {
    store.happen({ kind: 'resize', columns, rows });
  }, [store, columns, rows]);
  // The size is drawn at once; the store hears of it after.
  const sized = { ...app, model: { ...app.model, size: { columns, rows } } };
  return (
    <ThemeProvider theme={theme}>
      <ScreenView app={sized} />
    </ThemeProvider>
  );
}

function useTerminalPort({ session, theme, folder }: RootProps): void {
  const { exit, suspendTerminal } = useApp();
  const { stdout } = useStdout();
  useEffect(() => onDisturbance(() => void drawAnew(suspendTerminal)), [suspendTerminal]);
  useEffect(() => {
    session.attach({
      suspended: (act) => whileSuspended(suspendTerminal, act),
      run: (program) => runInTerminal(suspendTerminal, program, (text) => stdout.write(text)),
      stopForShell: () => stopForShell(suspendTerminal),
      dump: async () => {
        const app = session.store.snapshot();
        const outcome = await dumpScreen({
          tree: (
            <ThemeProvider theme={theme}>
              <ScreenView app={app} />
            </ThemeProvider>
          ),
          columns: app.model.size.columns,
          secret: secretsState.of(app.model).revealed !== undefined,
          folder,
          nowMs: Date.now(),
        });
        return outcome.kind === 'written' ? outcome.path : 'nothing: a secret is on the screen';
      },
      redraw: () => void drawAnew(suspendTerminal),
      write: (sequence) => void stdout.write(sequence),
      exit: () => exit(),
    });
  }, [session, theme, folder, exit, suspendTerminal, stdout]);
}

/**
 * A console of one line, for tests of the terminal on a pty: it shows the last key and dies in
 * whatever way it is told to.
 */
import { Box, Text, useApp, useWindowSize } from 'ink';
import { useEffect, useState, type ReactElement } from 'react';
import type { TerminalInput } from '../../../../console/tui/terminal/input-wrapper.ts';
import { onDisturbance } from '../../../../console/tui/terminal/disturbances.ts';
import { guardTerminal } from '../../../../console/tui/terminal/restore.ts';
import { startInk } from '../../../../console/tui/terminal/start-ink.ts';
import { drawAnew, runInTerminal, stopForShell } from '../../../../console/tui/terminal/suspend.ts';
import { useTerminalEvents } from '../../../../console/tui/terminal/use-terminal-events.ts';

interface AppProps {
  readonly input: TerminalInput;
}

function App({ input }: AppProps): ReactElement {
  const [last, setLast] = useState('none');
  const { exit, suspendTerminal } = useApp();
  if (last === 'b') throw new Error('cannot be drawn');
  const acts: Readonly<Record<string, () => unknown>> = {
    q: () => exit(),
    t: () =>
      setTimeout(() => {
        throw new Error('thrown on purpose');
      }),
    r: () => void Promise.reject(new Error('rejected on purpose')),
    x: () => process.exit(3),
    'C-z': () => stopForShell(suspendTerminal),
    'C-l': () => drawAnew(suspendTerminal),
    s: () => process.kill(process.pid, 'SIGSTOP'),
    e: () =>
      runInTerminal(
        suspendTerminal,
        { file: 'sh', arguments: ['-c', 'printf "child here"; read answer; printf "\\033[?1h"'] },
        (text) => process.stdout.write(text),
      ),
  };
  useEffect(() => onDisturbance(() => void drawAnew(suspendTerminal)), [suspendTerminal]);
  useTerminalEvents(
    (listener) => input.listen(listener),
    (event) => {
      setLast(event.kind === 'key' ? event.key : JSON.stringify(event));
      if (event.kind === 'key') acts[event.key]?.();
    },
  );
  return (
    <Box flexDirection="column">
      <Text>last: {last}.</Text>
      {process.env['FIXTURE_FULL'] === 'yes' && <FullFrame letter={last.slice(0, 1)} />}
    </Box>
  );
}

/** Every row to its last column, as a console's are, and another with every key. */
function FullFrame({ letter }: { readonly letter: string }): ReactElement {
  const { columns, rows } = useWindowSize();
  const lines = Array.from({ length: rows - 2 }, () => letter.repeat(columns));
  return <Text wrap="truncate">{lines.join('\n')}</Text>;
}

const { stdin, stdout } = process;
const guard = guardTerminal({ descriptor: stdout.fd, stdin }, (error) => `ended: ${String(error)}`);
const { instance } = startInk({ stdin, stdout, guard }, (input) => <App input={input} />);
await instance.waitUntilExit();

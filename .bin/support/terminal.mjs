// The terminal as it was before a full-screen program: what such a program puts right itself, but
// not when it is killed.
import { spawnSync } from 'node:child_process';

/** Out of every mode that a full-screen program switches on (xterm's control sequences). */
const resetSequence =
  '\u001b[?1049l\u001b[?1l\u001b>\u001b[?1000l\u001b[?1002l\u001b[?1004l\u001b[?1006l' +
  '\u001b[?2004l\u001b[0m\u001b[?25h';

/** Remembers the line settings of the terminal on stdin; `restore` puts them back. */
export function keepTerminal() {
  const settings = stty(['-g'])?.trim();
  return {
    restore: ({ reset }) => {
      if (settings !== undefined) stty([settings]);
      if (reset) process.stdout.write(resetSequence);
    },
  };
}

function stty(args) {
  const result = spawnSync('stty', args, {
    stdio: ['inherit', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  return result.status === 0 ? result.stdout : undefined;
}

/**
 * Signs that somebody else may see or keep what is on this terminal: a multiplexer, a connection,
 * a program that records sessions. They are said and never forbid anything.
 */
import { readFileSync } from 'node:fs';
import { ancestorProcessesMax } from './limits.ts';

const variables: readonly (readonly [variable: string, what: string])[] = [
  ['TMUX', 'tmux'],
  ['STY', 'screen'],
  ['SSH_TTY', 'SSH'],
];
const recorders = new Set(['script', 'scriptlive', 'asciinema', 'ttyrec', 'termrec']);

/** What is seen, for the sentence "this terminal may be recorded (…)"; empty if nothing is. */
export function seenRecorders(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const named = variables.filter(([variable]) => (environment[variable] ?? '') !== '');
  const running = ancestorNames().filter(
    (name) => recorders.has(name) || name.startsWith('tlog-rec'),
  );
  return [...named.map(([, what]) => what), ...new Set(running)];
}

/** Names of the processes above this one, as far as the system tells them. */
function ancestorNames(): readonly string[] {
  const names: string[] = [];
  let pid = process.ppid;
  for (let steps = 0; steps < ancestorProcessesMax && pid > 1; steps += 1) {
    // `pid (name) state parent …`; the name may hold blanks and parentheses.
    const match = /^\d+ \((.*)\) \S (\d+) /su.exec(statOf(pid));
    if (match === null) break;
    names.push(match[1] ?? '');
    pid = Number(match[2]);
  }
  return names;
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return ''; // another system, or the process has ended
  }
}

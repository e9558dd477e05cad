// The agent of a session as seen from outside: its log, its last words, whether it answers.
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

const healthMsMax = 2_000;
/** A log that is longer is put aside at the next start, in place of the one before. */
const logBytesMax = 8_388_608;
const lastLineCharactersMax = 400;

/**
 * Opens the log for appending: nobody else may read it, and nobody else's file is written to.
 * `startBytes` is where this agent's own lines begin.
 */
export function openLog(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'agent.log');
  const log = openOwn(path);
  if (log.startBytes <= logBytesMax) return log;
  closeSync(log.descriptor);
  renameSync(path, `${path}.1`);
  return openOwn(path);
}

function openOwn(path) {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const descriptor = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  fchmodSync(descriptor, 0o600);
  return { path, descriptor, startBytes: fstatSync(descriptor).size };
}

/** What an agent that has ended said last, and how it ended. */
export function lastWords(child, log) {
  const end = child.signalCode ?? `exit code ${child.exitCode}`;
  const line = lastLine(log);
  return line === undefined ? `it said nothing and ended with ${end}` : `${line} (${end})`;
}

/** In the agent's own words: a line of the log is JSON, the sentence of a refused start is text. */
function lastLine({ path, startBytes }) {
  const text = readFileSync(path).subarray(startBytes).toString().trimEnd();
  const line = text.split('\n').at(-1)?.slice(0, lastLineCharactersMax);
  if (line === undefined || line === '') return undefined;
  try {
    const { msg, reason } = JSON.parse(line);
    return [msg, reason].filter(Boolean).join(': ') || line;
  } catch {
    return line.replace(/^strongbox: /, '');
  }
}

/** Whether an agent answers on the Unix socket, in whatever state it is. */
export function agentAnswers(socketPath) {
  return new Promise((resolve) => {
    const path = '/v1/sys/health';
    const probe = request({ socketPath, path, timeout: healthMsMax }, (response) => {
      response.resume();
      resolve(true);
    });
    probe.once('timeout', () => probe.destroy());
    probe.once('error', () => resolve(false));
    probe.end();
  });
}

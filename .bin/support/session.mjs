// `npm start` in a terminal: an agent in the background and a console on it in the foreground. The
// agent lives as long as the console does, in a session of its own, so that Ctrl-C and Ctrl-Z mean
// the console; where one runs in this folder already, the console joins it and leaves it running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { agentAnswers, lastWords, openLog } from './session-agent.mjs';
import { boundToThisProcess, childEnvironment } from './launch.mjs';
import { Problem, say } from './say.mjs';
import { keepTerminal } from './terminal.mjs';

/** An agent that is not up by then will not be. */
const startMsMax = 60_000;
/** Longer than an agent drains. */
const stopMsMax = 30_000;

/**
 * Runs the two programs, `{command, args}` each, and resolves with the exit code of the whole.
 * `folder` is where the agent keeps everything. Throws a Problem that says why it did not start.
 */
export async function runSession({ agent, console, folder, socket }) {
  // A terminal that is gone takes no words; the agent has to be stopped all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  if (await agentAnswers(socket)) return joinSession(console);
  const signals = catchSignals();
  const started = startAgent(agent, folder);
  try {
    await agentIsUp(started, folder, signals);
    if (signals.first !== undefined) return exitCodeOf(signals.first);
    if (await agentAnswers(socket)) return await ownSession(started, console, signals);
    throw new Problem(
      `the agent runs, but not on ${socket}: its settings name other addresses. ` +
        'Start it with `npm start -- --no-console` and use `strongbox console --address …`',
    );
  } finally {
    await stopAgent(started.child, signals);
    signals.release();
  }
}

/** A console on an agent that somebody else has started. */
async function joinSession(console) {
  say('an agent runs in this folder already; this is a console on it');
  const signals = catchSignals();
  const code = await runConsole(console, signals);
  say('the agent goes on running; it ends where it was started');
  signals.release();
  return code;
}

async function ownSession({ child, log }, console, signals) {
  const code = await runConsole(console, signals);
  if (!hasEnded(child)) return code;
  say(`the agent has ended before the console did: ${lastWords(child, log)}`);
  return code === 0 ? 1 : code;
}

function startAgent({ command, args, environment }, folder) {
  const log = openLog(folder);
  say(`starting the agent; its log is ${log.path}`);
  const bound = boundToThisProcess(command);
  const child = spawn(bound.command, [...bound.first, ...args], {
    stdio: ['ignore', 'pipe', log.descriptor],
    detached: true,
    env: childEnvironment(environment),
  });
  closeSync(log.descriptor);
  return { child, log };
}

/** Waits until the agent says on stdout that it listens. */
async function agentIsUp({ child, log }, folder, signals) {
  const event = await Promise.race([
    once(child.stdout, 'data').then(() => 'up'),
    once(child, 'exit').then(
      () => 'ended',
      () => 'ended',
    ),
    once(AbortSignal.timeout(startMsMax), 'abort').then(() => 'late'),
    signals.any.then(() => 'signal'),
  ]);
  child.stdout.resume();
  if (event === 'ended') {
    const words = lastWords(child, log);
    throw new Problem(`the agent did not start (settings: ${folder}/agent.yaml): ${words}`);
  }
  if (event === 'late') throw new Problem(`the agent did not start in ${startMsMax / 1_000} s`);
}

/** In the foreground; a signal to end ends the console, which puts the terminal right itself. */
async function runConsole({ command, args }, signals) {
  const terminal = keepTerminal();
  const child = spawn(command, args, { stdio: 'inherit', env: childEnvironment() });
  signals.forwardTo(child);
  const [code, signal] = await once(child, 'exit');
  terminal.restore({ reset: signal !== null });
  return code ?? exitCodeOf(signal);
}

async function stopAgent(child, signals) {
  if (hasEnded(child)) return;
  say('stopping the agent');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  // Whoever presses Ctrl-C again does not want to wait; the store survives that.
  signals.onInterrupt(() => child.kill('SIGKILL'));
  await ended;
  clearTimeout(late);
}

function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function exitCodeOf(signal) {
  return 128 + (constants.signals[signal] ?? 0);
}

/**
 * The signals that a terminal or a service manager sends, caught from here on. Ctrl-C while a
 * console runs is the console's business, or that of an editor that it has opened.
 */
function catchSignals() {
  let console;
  let interrupt = () => undefined;
  let notice;
  const any = new Promise((resolve) => {
    notice = resolve;
  });
  const caught = { first: undefined, any };
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].map((signal) => {
    const handler = () => {
      const isConsoles = console !== undefined && console.exitCode === null;
      if (isConsoles && signal !== 'SIGINT') console.kill(signal);
      if (isConsoles) return;
      caught.first ??= signal;
      notice();
      if (signal === 'SIGINT') interrupt();
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return Object.assign(caught, {
    forwardTo: (child) => {
      console = child;
    },
    onInterrupt: (act) => {
      interrupt = act;
    },
    release: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  });
}

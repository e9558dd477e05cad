/**
 * An agent as a process, seen from its main thread, which has the storage plane, the signals and
 * systemd, and no key: it runs until a signal ends it. SIGTERM and SIGINT finish what is under way;
 * SIGHUP rereads what may change. Anything that nobody expected ends the process at once.
 */
import { StrongBoxError } from '../../shared/errors/failure.ts';
import type { AgentConfig } from '../config/config.ts';
import type { DevOptions } from '../config/dev-config.ts';
import { fatal } from '../lifetime/fatal.ts';
import { hostTimers } from '../lifetime/host-clock.ts';
import { collectWhenIdle, threadPorts } from '../lifetime/idle-collection.ts';
import { storageIdleLooks } from '../lifetime/limits.ts';
import { Undo } from '../lifetime/undo.ts';
import { endOnTheUnexpected } from '../lifetime/unexpected.ts';
import { ServiceNotifier } from '../service/notify.ts';
import { makeLog, type ProcessLog } from '../telemetry/log.ts';
import type { ListeningAgent } from '../threads/thread-messages.ts';
import { Reloads } from './reloads.ts';
import { RequestThreads } from './request-threads.ts';
import { StoragePlane } from './storage-plane.ts';

const logDescriptor = 2;

export interface ProgramOptions {
  readonly config: AgentConfig;
  /** Reads the configuration again for SIGHUP; absent where there is no file. */
  readonly reread?: () => AgentConfig;
  /** With `--dev`. */
  readonly dev?: DevOptions;
  /** Called once the agent listens. */
  readonly started?: (agent: ListeningAgent) => void;
  /** For tests: a program around that of the request thread. */
  readonly requestProgram?: string;
}

/** Runs an agent to its end. Throws what Agent.start throws; resolves when it has stopped. */
export async function runAgent(options: ProgramOptions): Promise<void> {
  const { config } = options;
  const log = makeLog({
    level: config.log.level,
    nodeId: config.node.id,
    descriptor: logDescriptor,
  });
  endOnTheUnexpected(log);
  // From the start on: the platform's answer to a signal is to end at once, with the store open.
  const ended = endSignal();
  const reloads = new Reloads();
  process.on('SIGHUP', reloads.ask);
  const closing = new Undo();
  try {
    await run(options, { log, ended, reloads, closing });
  } finally {
    await closing.run();
  }
  log.info('stopped');
}

interface Run {
  readonly log: ProcessLog;
  readonly ended: Promise<string>;
  readonly reloads: Reloads;
  readonly closing: Undo;
}

async function run(options: ProgramOptions, { log, ended, reloads, closing }: Run): Promise<void> {
  const { config, dev } = options;
  const giveUp = (reason: Error): never => fatal(log, reason);
  const threads = new RequestThreads(
    { config, dev },
    { sealChanged: (sealed) => void notifier.status(stateWord(sealed)), lost: giveUp },
    options.requestProgram,
  );
  closing.push(() => threads.end());
  const notifier = new ServiceNotifier(process.env, hostTimers, threads);
  const storage = await StoragePlane.open(config, giveUp);
  closing.push(() => storage.close());
  closing.push(collectWhenIdle(threadPorts(hostTimers), storageIdleLooks));

  const agent = await threads.begin(() => storage.connect());
  closing.push(() => threads.stop());
  closing.push(() => reloads.end());
  reloads.begin(() => reload(threads, log, options.reread));
  log.info('listening', { addresses: agent.addresses });
  options.started?.(agent);
  await notifier.ready(stateWord(agent.sealed));
  const signal = await ended;
  log.info('stopping', { signal });
  await notifier.stopping();
}

function stateWord(sealed: boolean): string {
  return sealed ? 'sealed' : 'unsealed';
}

function endSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  });
}

async function reload(
  threads: RequestThreads,
  log: ProcessLog,
  reread: (() => AgentConfig) | undefined,
): Promise<void> {
  try {
    const level = reread?.().log.level;
    if (level !== undefined) log.setLevel(level);
    await threads.reload(level);
    log.info('reloaded');
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    const reason = error.message;
    log.error('the reload failed; what was in use stays in use', { reason });
  }
}

/**
 * An agent as a process: runs until a signal ends it. SIGTERM and SIGINT finish what is under way;
 * SIGHUP rereads what may change. Anything that nobody expected ends the process at once.
 */
import { AssertionFailure } from '../../shared/assert.ts';
import type { AgentConfig } from '../config/config.ts';
import { ServiceNotifier } from '../service/notify.ts';
import { makeLog, type ProcessLog } from '../telemetry/log.ts';
import { Agent } from './agent.ts';
import { fatal } from './fatal.ts';
import { hostTimers } from './host-clock.ts';

const logDescriptor = 2;

export interface ProgramOptions {
  readonly config: AgentConfig;
  /** Reads the configuration again for SIGHUP; absent where there is no file. */
  readonly reread?: () => AgentConfig;
  /** Called once the agent listens. */
  readonly started?: (agent: Agent) => void | Promise<void>;
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
  const notifier = new ServiceNotifier(process.env, hostTimers);
  const ended = endSignal();
  const agent = await Agent.start(config, {
    log,
    onSealChange: (sealed) => void notifier.status(stateWord(sealed)),
  });
  onHangUp(() => reload(agent, log, options.reread));
  log.info('listening', { addresses: agent.addresses });
  await options.started?.(agent);
  await notifier.ready(stateWord(agent.seal.sealed));
  const signal = await ended;
  log.info('stopping', { signal });
  await notifier.stopping();
  await agent.stop();
  log.info('stopped');
}

function stateWord(sealed: boolean): string {
  return sealed ? 'sealed' : 'unsealed';
}

function endSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  });
}

/** One reload at a time; what comes meanwhile is one more. */
function onHangUp(act: () => Promise<void>): void {
  let last = Promise.resolve();
  process.on('SIGHUP', () => {
    last = last.then(act);
  });
}

async function reload(
  agent: Agent,
  log: ProcessLog,
  reread: (() => AgentConfig) | undefined,
): Promise<void> {
  try {
    if (reread !== undefined) log.setLevel(reread().log.level);
    await agent.reload();
    log.info('reloaded');
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    log.error('the reload failed; what was in use stays in use', { reason });
  }
}

function endOnTheUnexpected(log: ProcessLog): void {
  const end = (cause: unknown): never =>
    fatal(log, cause instanceof Error ? withoutText(cause) : new AssertionFailure('not an error'));
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/** The message of an error that nobody expected may quote what was being worked on. */
function withoutText(cause: Error): Error {
  if (cause instanceof AssertionFailure) return cause;
  const quiet = new Error('an error that nobody expected');
  quiet.name = cause.name;
  quiet.stack = cause.stack ?? '';
  return quiet;
}

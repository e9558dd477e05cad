/**
 * Program of the request thread: the agent's request plane between the orders of the main thread
 * (agent/process), which has the store, the signals and the end of the process.
 */
import { writeSync } from 'node:fs';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../shared/assert.ts';
import { makeLog, type LogLevel, type ProcessLog } from '../telemetry/log.ts';
import { failureMessage } from '../threads/failure-message.ts';
import { RemoteStore } from '../threads/remote-store.ts';
import type {
  RequestThreadData,
  StorageConnection,
  ThreadOrder,
  ThreadRole,
  ThreadWord,
} from '../threads/thread-messages.ts';
import { Agent } from './agent.ts';
import { startDevelopment } from './dev-start.ts';
import { ServingAgent } from './serving-agent.ts';
import { hostClock, hostTimers } from '../lifetime/host-clock.ts';
import { collectWhenIdle, threadPorts } from '../lifetime/idle-collection.ts';
import { requestIdleLooks } from '../lifetime/limits.ts';
import type { Storage } from '../threads/storage.ts';
import { endOnTheUnexpected } from '../lifetime/unexpected.ts';

const outputDescriptor = 1;
const logDescriptor = 2;

/** What a thread is, once it has begun. */
type Running = Pick<Agent, 'reload' | 'stop'>;

class RequestProgram {
  readonly #data: RequestThreadData;
  readonly #log: ProcessLog;
  readonly #say: (word: ThreadWord) => void;
  #running: Running | undefined;

  constructor(data: RequestThreadData, log: ProcessLog, say: (word: ThreadWord) => void) {
    this.#data = data;
    this.#log = log;
    this.#say = say;
  }

  /** Carries an order out and says what came of it; what is no registered failure is thrown. */
  async obey(order: ThreadOrder): Promise<void> {
    if (order.kind === 'ping') return this.#say({ kind: 'pong' });
    try {
      this.#say(await this.#act(order));
    } catch (error) {
      this.#say({ kind: 'failed', failure: failureMessage(error) });
    }
  }

  async #act(order: Exclude<ThreadOrder, { kind: 'ping' }>): Promise<ThreadWord> {
    switch (order.kind) {
      case 'begin':
        return this.#begin(order.role, storageOf(order.storage));
      case 'reload':
        return this.#reload(order.level);
      case 'stop':
        await this.#running?.stop();
        return { kind: 'stopped' };
    }
  }

  #begin(role: ThreadRole, storage: Storage): Promise<ThreadWord> {
    return role.kind === 'first'
      ? this.#beginFirst(role.serving, storage)
      : this.#beginServing(role.first, storage);
  }

  async #beginServing(first: MessagePort, storage: Storage): Promise<ThreadWord> {
    this.#running = await ServingAgent.start(this.#data.config, { log: this.#log, storage, first });
    return { kind: 'serving' };
  }

  async #beginFirst(serving: readonly MessagePort[], storage: Storage): Promise<ThreadWord> {
    const { config, dev } = this.#data;
    const agent = await Agent.start(config, {
      log: this.#log,
      storage,
      serving,
      onSealChange: (sealed) => this.#say({ kind: 'seal-changed', sealed }),
    });
    this.#running = agent;
    if (dev !== undefined) await startDevelopment(agent.core, dev, printLine);
    const { addresses, authorityPath, seal } = agent;
    const { initialised, sealed } = seal;
    return { kind: 'listening', agent: { addresses, authorityPath, initialised, sealed } };
  }

  async #reload(level: LogLevel | undefined): Promise<ThreadWord> {
    assert(this.#running !== undefined, 'only an agent that runs is reloaded');
    if (level !== undefined) this.#log.setLevel(level);
    await this.#running.reload();
    return { kind: 'reloaded' };
  }
}

function storageOf({ facts, store }: StorageConnection): Storage {
  const remote = new RemoteStore({ connection: store, clock: hostClock });
  return { ...facts, store: remote, close: () => remote.close() };
}

/** Not by process.stdout: that sends what is printed through the main thread. */
function printLine(line: string): void {
  writeSync(outputDescriptor, `${line}\n`);
}

const port = parentPort;
assert(port !== null, 'this program runs in a thread');
assert(process.execArgv.includes('--no-addons'), 'the thread with keys loads no native add-on');
const data = workerData as RequestThreadData;
const { node, log: logConfig } = data.config;
const log = makeLog({ level: logConfig.level, nodeId: node.id, descriptor: logDescriptor });
endOnTheUnexpected(log);
collectWhenIdle(threadPorts(hostTimers), requestIdleLooks);
const program = new RequestProgram(data, log, (word) => port.postMessage(word));
port.on('message', (order: ThreadOrder) => void program.obey(order));

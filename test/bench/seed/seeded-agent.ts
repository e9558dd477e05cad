/**
 * An agent of the bench: initialised, with KV version 2 at `secret/`, stopped to be seeded and
 * started again. What is needed to unseal it lies beside its data, so that a folder that took
 * minutes to fill can be used again.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AgentProcess, type AgentOptions } from '../../support/agent-process.ts';
import { type SecretsPlan, seedSecrets } from './seed-secrets.ts';
import { secretData, seededSecret } from './seeded-secrets.ts';
import { openUnsealedStore, type UnsealedStore } from './unsealed-store.ts';

const keysName = 'bench.json';
const shares = 3;
const threshold = 2;
const mountPath = 'secret/';

/** What lies beside the data: it is a bench's, and guards nothing. */
interface Keys {
  readonly shares: readonly string[];
  readonly rootToken: string;
  /** That were seeded so far. */
  readonly secrets: number;
}

export interface SeededOptions {
  /** A folder of an earlier run is used again; a fresh temporary one when absent. */
  readonly folder?: string | undefined;
  readonly sync?: AgentOptions['sync'];
  /** Request threads; one when absent. */
  readonly threads?: number;
}

/** How long a start took, in milliseconds. */
export interface StartTimes {
  /** From its launch to the first answer. */
  readonly toHealth: number;
  /** From the last share to the answer of a first read, whatever it says. */
  readonly toFirstRead: number;
}

export class SeededAgent implements AsyncDisposable {
  readonly agent: AgentProcess;
  readonly #keep: boolean;
  #keys: Keys;

  private constructor(agent: AgentProcess, keys: Keys, keep: boolean) {
    this.agent = agent;
    this.#keys = keys;
    this.#keep = keep;
  }

  /** Starts it. It is unsealed where it is new, and sealed where the folder was there. */
  static async open({ folder, sync, threads = 1 }: SeededOptions = {}): Promise<SeededAgent> {
    const agent = await AgentProcess.start({
      tls: 'off',
      sync: sync ?? 'write',
      extra: `threads: { request: ${threads} }`,
      ...(folder !== undefined && { folder }),
    });
    try {
      const keep = folder !== undefined;
      const known = await readKeys(agent.folder);
      return new SeededAgent(agent, known ?? (await initialise(agent)), keep);
    } catch (error) {
      await agent.stop('SIGKILL');
      throw error;
    }
  }

  get rootToken(): string {
    return this.#keys.rootToken;
  }

  get dataFolder(): string {
    return join(this.agent.folder, 'data');
  }

  /** Secrets that were seeded so far, by `seededSecret`. */
  get secrets(): number {
    return this.#keys.secrets;
  }

  /**
   * Stops it, seeds secrets until there are so many, and leaves it stopped. Throws where there are
   * more already.
   */
  async seedSecrets(count: number, onProgress?: (done: number) => void): Promise<void> {
    const from = this.secrets;
    if (from > count) {
      throw new Error(`${this.agent.folder} holds ${from} secrets already: more than ${count}`);
    }
    const plan = { from, to: count, pathOf: seededSecret, ...(onProgress && { onProgress }) };
    await this.seed((store) => seedSecrets(store, { ...plan, mountPath, data: secretData }));
    this.#keys = { ...this.#keys, secrets: count };
    await writeKeys(this.agent.folder, this.#keys);
  }

  /** Stops it, seeds secrets of any names, and leaves it stopped. */
  async seedOthers(plan: Pick<SecretsPlan, 'from' | 'to' | 'pathOf'>): Promise<void> {
    await this.seed((store) => seedSecrets(store, { ...plan, mountPath, data: secretData }));
  }

  /** Stops it, writes into its store, and leaves it stopped. */
  async seed(work: (store: UnsealedStore) => Promise<void>): Promise<void> {
    await this.agent.stop();
    await using store = await openUnsealedStore(this.dataFolder, this.#shares);
    await work(store);
  }

  /** Starts and unseals it again; it is stopped before, where it runs. */
  async restart(): Promise<StartTimes> {
    await this.agent.stop();
    const launched = performance.now();
    await this.agent.restart();
    const toHealth = performance.now() - launched;
    await this.agent.unseal(this.#shares.slice(0, -1));
    const last = performance.now();
    await this.agent.unseal(this.#shares.slice(-1));
    await this.agent.call('GET', '/v1/secret/data/any', { token: this.rootToken });
    return { toHealth, toFirstRead: performance.now() - last };
  }

  get #shares(): readonly string[] {
    return this.#keys.shares.slice(0, threshold);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#keep) await this.agent.stop();
    else await this.agent[Symbol.asyncDispose]();
  }
}

async function initialise(agent: AgentProcess): Promise<Keys> {
  const keys = { ...(await agent.initialiseAndUnseal(shares, threshold)), secrets: 0 };
  const body = { type: 'kv', options: { version: '2' } };
  const mounted = await agent.call('POST', '/v1/sys/mounts/secret', {
    token: keys.rootToken,
    body,
  });
  if (mounted.status !== 204) throw new Error(`mounting secret/ answered ${mounted.status}`);
  await writeKeys(agent.folder, keys);
  return keys;
}

async function writeKeys(folder: string, keys: Keys): Promise<void> {
  await writeFile(join(folder, keysName), JSON.stringify(keys), { mode: 0o600 });
}

async function readKeys(folder: string): Promise<Keys | undefined> {
  const text = await readFile(join(folder, keysName), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Keys);
}

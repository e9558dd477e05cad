/**
 * A real agent as a child process on a folder of its own: what end-to-end tests and the bench
 * drive. Built code is run through the launcher, as an operator would.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.ts';

const startTimeoutMs = 30_000;
const pollIntervalMs = 20;
export const repositoryFolder: string = resolve(
  import.meta.dirname,
  import.meta.dirname.includes('.build') ? '../../..' : '../..',
);

export interface AgentOptions {
  /** Where data, audit log and socket live; a fresh temporary folder when absent. */
  readonly folder?: string;
  /** Of the TCP listener; a free one when absent. */
  readonly port?: number;
  /** `off` listens in plain HTTP on loopback. */
  readonly tls?: 'auto' | 'off';
  readonly sync?: 'always' | 'write';
  /** Extra lines at the end of agent.yaml. */
  readonly extra?: string;
  /** Audit devices in place of the one, each an item of the list in agent.yaml. */
  readonly audit?: readonly string[];
  /** A program and its arguments that starts the agent in its turn. A restart goes without. */
  readonly under?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
}

export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class AgentProcess implements AsyncDisposable {
  readonly folder: string;
  readonly port: number;
  #child: ChildProcess;
  #stderr = '';

  private constructor(folder: string, port: number, child: ChildProcess) {
    this.folder = folder;
    this.port = port;
    this.#child = child;
    this.#follow();
  }

  /** Starts an agent and resolves once it answers on its socket, in whatever state. */
  static async start(options: AgentOptions = {}): Promise<AgentProcess> {
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'strongbox-e2e-')));
    const port = options.port ?? (await freePort());
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'agent.yaml'), configuration(port, options), { mode: 0o600 });
    const agent = new AgentProcess(folder, port, launch(folder, options));
    await agent.#answering();
    return agent;
  }

  get socket(): string {
    return join(this.folder, 'run', 'strongbox.sock');
  }

  get auditFile(): string {
    return join(this.folder, 'audit', 'audit.log');
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the agent has no process id');
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything the agent has written to stderr, its log. */
  get log(): string {
    return this.#stderr;
  }

  /** Ends the process with a signal and resolves with its exit status (null when killed). */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!this.isRunning) return child.exitCode;
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    child.kill(signal);
    return ended;
  }

  /** Starts the same configuration on the same folder again. */
  async restart(): Promise<void> {
    this.#child = launch(this.folder);
    this.#follow();
    await this.#answering();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** One HTTP request over the Unix socket. `method` may be any verb, LIST included. */
  call(method: string, path: string, options: CallOptions = {}): Promise<HttpAnswer> {
    return callAgent({ socketPath: this.socket }, method, path, options);
  }

  /** Initialises with the given numbers, unseals, and returns the shares and the root token. */
  async initialiseAndUnseal(
    shares = 3,
    threshold = 2,
  ): Promise<{ shares: string[]; rootToken: string }> {
    const made = await this.call('PUT', '/v1/sys/init', {
      body: { secret_shares: shares, secret_threshold: threshold },
    });
    if (made.status !== 200) throw new Error(`init answered ${made.status}: ${made.text}`);
    const answer = made.json as { keys_base64: string[]; root_token: string };
    await this.unseal(answer.keys_base64.slice(0, threshold));
    return { shares: answer.keys_base64, rootToken: answer.root_token };
  }

  async unseal(shares: readonly string[]): Promise<void> {
    for (const key of shares) {
      const answer = await this.call('PUT', '/v1/sys/unseal', { body: { key } });
      if (answer.status !== 200) {
        throw new Error(`unseal answered ${answer.status}: ${answer.text}`);
      }
    }
  }

  #follow(): void {
    this.#child.stderr?.on('data', (bytes: Buffer) => {
      this.#stderr = (this.#stderr + bytes.toString()).slice(-1_000_000);
    });
  }

  async #answering(): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    for (;;) {
      try {
        await this.call('GET', '/v1/sys/health');
        return;
      } catch (error) {
        if (!this.isRunning || Date.now() > deadline) {
          await this.stop('SIGKILL');
          throw new Error(`the agent did not start: ${this.#stderr}`, { cause: error });
        }
      }
      await new Promise((done) => setTimeout(done, pollIntervalMs));
    }
  }
}

/** One HTTP request to a Unix socket or a loopback port. */
export function callAgent(
  target: { readonly socketPath: string } | { readonly port: number },
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<HttpAnswer> {
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const headers: Record<string, string> = { ...options.headers };
  if (options.token !== undefined) headers['x-vault-token'] = options.token;
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  return new Promise((done, reject) => {
    const call = request({ ...target, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        done({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: parsed(text),
        });
      });
    });
    call.once('error', reject);
    call.end(body);
  });
}

type Launch = Pick<AgentOptions, 'under' | 'environment'>;

function launch(folder: string, { under = [], environment }: Launch = {}): ChildProcess {
  const launcher = join(repositoryFolder, '.bin', 'strongbox-agent.mjs');
  const [program, ...words] = [...under, process.execPath];
  return spawn(program, [...words, launcher, '--config', join(folder, 'agent.yaml')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  });
}

function configuration(port: number, options: AgentOptions): string {
  const file = `{ type: file, path: ./audit/audit.log, sync: ${options.sync ?? 'always'} }`;
  return [
    'node: { id: e2e-1, data: ./data }',
    'listen:',
    `  - { address: "127.0.0.1:${port}", tls: ${options.tls ?? 'off'} }`,
    '  - { socket: ./run/strongbox.sock, mode: "0600" }',
    'audit:',
    ...(options.audit ?? [file]).map((device) => `  - ${device}`),
    options.extra ?? '',
    '',
  ].join('\n');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

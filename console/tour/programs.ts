/** Runs the two real programs, exactly as a person would, and collects what they say. */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Workspace } from './workspace.ts';

/** A command that takes longer than this has failed. */
const commandTimeoutMs = 60_000;
/** How long the agent may take to answer, or to stop. */
const agentTimeoutMs = 30_000;
const pollIntervalMs = 25;

/** The running agent, replaced when the tour restarts it, so that the end always finds it. */
export interface TourAgent {
  process: ChildProcess;
}

export interface CommandOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandInput {
  readonly stdin?: string;
  readonly token?: string;
}

/** What was started and has not ended. */
const running = new Set<ChildProcess>();

function watched<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  for (const end of ['exit', 'error']) child.once(end, () => running.delete(child));
  return child;
}

/** Ends all of it at once, for a tour that is broken off. */
export function killRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Runs `strongbox ARGUMENTS…` against the workspace's agent, over its Unix socket. */
export function runStrongbox(
  workspace: Workspace,
  commandArguments: readonly string[],
  input: CommandInput = {},
): Promise<CommandOutcome> {
  const child = watched(
    spawn(process.execPath, [launcher('strongbox.mjs'), ...commandArguments], {
      env: environment(workspace, input.token),
      cwd: workspace.folder,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: commandTimeoutMs,
    }),
  );
  child.stdin.on('error', () => undefined); // a command that needs no input may close it first
  child.stdin.end(input.stdin ?? '');
  return collect(child);
}

/** Starts the agent and resolves once it answers on its socket, whatever its state. */
export async function startAgent(workspace: Workspace): Promise<ChildProcess> {
  const words = [launcher('strongbox-agent.mjs'), '--config', workspace.configFile];
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
  const child = watched(spawn(process.execPath, words, { cwd: workspace.folder, stdio }));
  const said: string[] = [];
  child.stderr?.on('data', (bytes: Buffer) => {
    said.push(bytes.toString());
    if (said.length > 50) said.shift();
  });
  const deadline = Date.now() + agentTimeoutMs;
  while ((await healthStatus(workspace.socket)) === undefined) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the agent did not start:\n${said.join('')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollIntervalMs));
  }
  return child;
}

/** Ends the agent as systemd would, and resolves with its exit status. */
export async function stopAgent(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), agentTimeoutMs);
  const status = await ended;
  clearTimeout(timer);
  return status;
}

/** HTTP status of `sys/health` on a Unix socket; undefined while nobody answers. */
export function healthStatus(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = request({ socketPath, path: '/v1/sys/health', timeout: 2_000 }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
      response.once('error', () => resolve(undefined));
    });
    probe.once('timeout', () => probe.destroy());
    probe.once('error', () => resolve(undefined));
    probe.end();
  });
}

function environment(workspace: Workspace, token: string | undefined): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('STRONGBOX_') && !name.startsWith('VAULT_'),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: join(workspace.folder, 'home'),
    STRONGBOX_SOCKET: workspace.socket,
    ...(token === undefined ? {} : { STRONGBOX_TOKEN: token }),
  };
}

function launcher(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, '.bin', name))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`.bin/${name} is missing: run this from a checkout`);
    folder = parent;
  }
  return join(folder, '.bin', name);
}

function collect(child: ChildProcess): Promise<CommandOutcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

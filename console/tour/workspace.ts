/**
 * The tour's own world: a temporary folder with one agent's configuration, data, log and socket.
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Workspace {
  readonly folder: string;
  readonly configFile: string;
  readonly socket: string;
  readonly address: string;
  readonly authorityFile: string;
  readonly auditFile: string;
  /** In one step, so that it can be the last thing a process does. */
  readonly remove: () => void;
}

/** Makes the folder and writes `agent.yaml`, with a port nobody uses at this moment. */
export async function makeWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-tour-'));
  const port = await freePort();
  const workspace = {
    folder,
    configFile: join(folder, 'agent.yaml'),
    socket: join(folder, 'run', 'strongbox.sock'),
    address: `https://127.0.0.1:${port}`,
    authorityFile: join(folder, 'data', 'tls', 'ca.pem'),
    auditFile: join(folder, 'audit', 'audit.log'),
    // An agent that was killed may write one more file while its folder is emptied.
    remove: (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
  await mkdir(join(folder, 'home'), { mode: 0o700 });
  await writeFile(workspace.configFile, configuration(port), { mode: 0o600 });
  return workspace;
}

function configuration(port: number): string {
  return [
    'node: { id: tour-1, data: ./data }',
    'listen:',
    `  - { address: "127.0.0.1:${port}", tls: auto }`,
    '  - { socket: ./run/strongbox.sock, mode: "0600" }',
    'audit:',
    '  - { type: file, path: ./audit/audit.log, sync: always }',
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no TCP port was given');
  return address.port;
}

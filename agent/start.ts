/**
 * `npm start` in a terminal: a real agent in `.strongbox/` of the current folder, in the foreground
 * until Ctrl-C. The first time it writes the configuration there; afterwards that file is the
 * operator's.
 */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { StrongBoxError } from '../shared/errors/failure.ts';
import { loadConfig } from './config/load-config.ts';
import { runAgent } from './process/program.ts';
import type { ListeningAgent } from './threads/thread-messages.ts';

const folder = resolve('.strongbox');
const configFile = join(folder, 'agent.yaml');

const configText = `# The agent of \`npm start\`. Delete this folder to begin anew: everything is in it.
node: { id: local-1, data: ./data }
listen:
  - { address: 127.0.0.1:8200, tls: auto }
  - { socket: ./run/strongbox.sock, mode: "0600" }
init: { from: local, mounts: [{ path: secret, type: kv, version: 2 }] }
audit:
  - { type: file, path: ./audit/audit.log, sync: always }
log: { level: warn }
`;

function prepareFolder(): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  if (!existsSync(configFile)) writeFileSync(configFile, configText, { mode: 0o600 });
}

function welcome(agent: ListeningAgent): void {
  const { initialised } = agent;
  const lines = [
    'StrongBox runs here until Ctrl-C.',
    ...agent.addresses.map((address) => `  listens at   ${address}`),
    `  certificate  ${agent.authorityPath ?? 'none'}  (what clients trust: VAULT_CACERT)`,
    `  settings     ${relative('.', configFile)}`,
    '',
    initialised ? 'It is sealed. In a second terminal:' : 'It is new. In a second terminal:',
    ...(initialised ? sealedCommands : newCommands).map((command) => `  $ ${command}`),
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

const newCommands = [
  'npx strongbox operator init      # prints three shares and a root token, once',
  'npx strongbox operator unseal    # asks for a share; twice, with two different ones',
  'npx strongbox login              # asks for the root token; KV v2 is at secret/',
];

const sealedCommands = [
  'npx strongbox operator unseal    # asks for a share; twice, with two different ones',
  'npx strongbox login              # asks for a token',
  'npx strongbox kv list secret',
];

try {
  prepareFolder();
  await runAgent({
    config: loadConfig(configFile),
    reread: () => loadConfig(configFile),
    started: welcome,
  });
} catch (error) {
  if (!(error instanceof StrongBoxError)) throw error;
  process.stderr.write(`strongbox: ${error.message} [${error.code}]\n`);
  // At once: an orderly end closes the database of a store that was refused, which alters it.
  process.exit(error.exit);
}

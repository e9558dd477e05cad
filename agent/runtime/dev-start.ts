/**
 * `--dev`: initialises and unseals the agent that was just started, makes the root token that was
 * asked for, and prints both keys in the lines that test suites look for.
 */
import { randomUUID } from 'node:crypto';
import { failure } from '../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../shared/json/value.ts';
import { canonicalPath } from '../../shared/path/canonical.ts';
import type { Core } from '../../src/core/core.ts';
import type { DevOptions } from '../config/dev-config.ts';

const localRemote = { address: '127.0.0.1', port: 0, transport: 'tcp', local: true } as const;

/** Throws `agent.dev-start`. */
export async function startDevelopment(
  core: Core,
  options: DevOptions,
  print: (line: string) => void,
): Promise<void> {
  const made = await ask(core, 'sys/init', { secret_shares: 1, secret_threshold: 1 });
  const unsealKey = textIn(made['keys_base64'], 0);
  const firstToken = textIn(made['root_token']);
  await ask(core, 'sys/unseal', { key: unsealKey });
  const rootToken = options.rootTokenId ?? firstToken;
  if (options.rootTokenId !== undefined) await nameRootToken(core, firstToken, rootToken);
  print(
    'Development server: everything is in memory and gone when it ends. Never use it for secrets.',
  );
  print('');
  print(`Unseal Key: ${unsealKey}`);
  print(`Root Token: ${rootToken}`);
  print('');
}

async function nameRootToken(core: Core, firstToken: string, id: string): Promise<void> {
  const body = { id, policies: ['root'], no_parent: true, display_name: 'root' };
  await ask(core, 'auth/token/create', body, firstToken);
  await ask(core, 'auth/token/revoke-self', {}, firstToken);
}

async function ask(
  core: Core,
  path: string,
  body: JsonObject,
  token?: string,
): Promise<JsonObject> {
  const answer = await core.handle({
    id: randomUUID(),
    method: 'write',
    path: canonicalPath(path),
    token,
    namespace: undefined,
    query: new Map(),
    body: Buffer.from(JSON.stringify(body)),
    contentType: undefined,
    wrapTtlSeconds: undefined,
    remote: localRemote,
    signal: undefined,
  });
  if (answer.status >= 300) {
    throw failure('agent.dev-start', { action: `write to ${path}`, status: answer.status });
  }
  return answer.body ?? {};
}

function textIn(value: JsonValue | undefined, index?: number): string {
  const found = index !== undefined && Array.isArray(value) ? (value[index] as JsonValue) : value;
  if (typeof found !== 'string') throw failure('agent.dev-start', { action: 'start', status: 0 });
  return found;
}

/** What a console without a terminal does to a real agent and to the clipboard of its terminal. */
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ConsoleSession } from '../../console/tui/app/session.ts';
import type { TerminalPort } from '../../console/tui/app/terminal-port.ts';
import type { Model } from '../../console/tui/model/model.ts';
import { namesOf, selection } from '../../console/tui/screens/secrets/secret-selection.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { waitFor } from '../support/wait-for.ts';

const secretValue = 'correct horse';

interface Clipped extends AsyncDisposable {
  readonly session: ConsoleSession;
  /** Everything that went to the terminal beside the frames. */
  readonly written: string[];
  model(): Model;
}

/** What stands for an editor does to the file that it is given. */
type Editing = (file: string) => Promise<void>;

function openOn(agent: AgentProcess, token: string, editing?: Editing): Clipped {
  const place = {
    endpoint: { kind: 'socket', path: agent.socket, source: 'test' },
    tls: {},
  } as const;
  const session = new ConsoleSession({
    place,
    placeOf: () => place,
    settings: {
      address: agent.socket,
      holder: 'alice',
      start: { view: 'secrets', argument: 'secret/app/db' },
    },
    readOnly: false,
    token,
    environment: {},
    home: agent.folder,
  });
  const written: string[] = [];
  const refuse = (): never => assert.fail('no program is started');
  const terminal: TerminalPort = {
    suspended: refuse,
    async run(program) {
      if (editing === undefined) return refuse();
      await editing(program.arguments.at(-1) ?? '');
      return { code: 0, signal: null, reason: undefined };
    },
    stopForShell: refuse,
    dump: refuse,
    redraw: () => undefined,
    write: (sequence) => void written.push(sequence),
    exit: () => undefined,
  };
  session.attach(terminal);
  return {
    session,
    written,
    model: () => session.store.snapshot().model,
    [Symbol.asyncDispose]: () => session.stop(),
  };
}

function press({ session }: Clipped, ...keys: readonly string[]): void {
  for (const key of keys) session.store.press({ kind: 'key', key });
}

async function agentWithSecret(): Promise<{ agent: AgentProcess; rootToken: string }> {
  const agent = await AgentProcess.start();
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const mount = { type: 'kv', options: { version: '2' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body: mount });
  const body = { data: { password: secretValue, user: 'app' } };
  const put = await agent.call('POST', '/v1/secret/data/app/db', { token, body });
  assert.equal(put.status, 200, put.text);
  return { agent, rootToken: token };
}

/** The names of the secret are known: it can be acted on. */
async function onSecret(console: Clipped): Promise<void> {
  await waitFor('the names of the secret', () => {
    const where = selection(console.model());
    return where !== undefined && namesOf(console.model(), where).length === 2;
  });
}

test('a value is copied by OSC 52 after a question, and is nowhere in the console', async () => {
  const { agent, rootToken } = await agentWithSecret();
  await using _ = agent;
  await using console = openOn(agent, rootToken);
  await onSecret(console);
  press(console, ':', ...'copy', 'Space', ...'password', 'Enter');
  assert.deepEqual(console.written, [], 'nothing before the answer');
  // The dialog hears nothing in its first moment; a key that comes later answers it.
  await waitFor('the clipboard', () => {
    press(console, 'y');
    return console.written.length > 0;
  });
  const encoded = Buffer.from(secretValue).toString('base64');
  assert.deepEqual(console.written, [`\u001b]52;c;${encoded}\u0007`]);
  const kept = JSON.stringify(console.session.store.snapshot(), (_name, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  assert.ok(!kept.includes(secretValue) && !kept.includes(encoded));
});

test('all values are edited in an editor, structures too, and lie nowhere afterwards', async () => {
  const { agent, rootToken } = await agentWithSecret();
  await using _ = agent;
  const files: string[] = [];
  await using console = openOn(agent, rootToken, async (file) => {
    files.push(file);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const values = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    assert.equal(values['password'], secretValue);
    await writeFile(file, JSON.stringify({ ...values, tls: { port: 5432 } }));
  });
  await onSecret(console);
  press(console, 'C-o', 'E');
  // The dialog hears nothing in its first moment; a key that comes later answers it.
  await waitFor('the editor', () => {
    press(console, 'y');
    return files.length > 0;
  });
  await waitFor('the new version', () => selection(console.model())?.version === 2);
  const read = await agent.call('GET', '/v1/secret/data/app/db', { token: rootToken });
  const { data } = read.json as { data: { data: unknown } };
  assert.deepEqual(data.data, { password: secretValue, user: 'app', tls: { port: 5432 } });
  await assert.rejects(stat(files[0] ?? ''));
  assert.deepEqual(console.model().notices.problems, []);
  const kept = JSON.stringify(console.session.store.snapshot(), (_name, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  assert.ok(!kept.includes(secretValue));
});

test('CVE-2021-38554: logging out forgets at once, and another login is on a socket of its own', async () => {
  const { agent, rootToken } = await agentWithSecret();
  await using _ = agent;
  await using console = openOn(agent, rootToken);
  await onSecret(console);
  press(console, 'x');
  const shown = (): boolean => JSON.stringify(console.model().screens).includes(secretValue);
  await waitFor('the values', shown);
  press(console, ':', ...'logout', 'Enter');
  assert.equal(shown(), false, 'before any answer of the agent');
  assert.equal(console.model().resources.size, 0);
  assert.equal(console.model().identity.kind, 'anonymous');
  await waitFor('the fresh link', () => console.model().link.state.kind === 'live');
  assert.equal(console.model().identity.kind, 'anonymous');
  assert.equal(console.model().resources.size, 0);
});

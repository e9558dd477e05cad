import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PtyConsole } from '../support/pty-console.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { root } from './support/project.ts';

/** An agent that answers on its socket, tells its log, and ends on SIGTERM. */
const goodAgent = `
  import { createServer } from 'node:http';
  import { writeFileSync } from 'node:fs';
  writeFileSync('agent.pid', String(process.pid));
  process.on('SIGTERM', () => { writeFileSync('agent.end', 'SIGTERM'); process.exit(0); });
  process.on('SIGINT', () => { writeFileSync('agent.end', 'SIGINT'); process.exit(0); });
  const server = createServer((_, response) => response.end('{}'));
  server.listen('agent.sock', () => console.log('listens'));
`;

/** A console on the whole screen that shows its keys, until \`q\`. */
const goodConsole = `
  const reset = () => { process.stdout.write('\\x1b[?25h\\x1b[?1049l'); process.stdin.setRawMode(false); };
  process.stdout.write('\\x1b[?1049h\\x1b[?25l');
  process.stdin.setRawMode(true);
  process.stdin.on('data', (bytes) => {
    if (String(bytes) === 'q') { reset(); process.exit(0); }
    console.log('key ' + JSON.stringify(String(bytes)) + '\\r');
  });
  process.on('SIGTERM', () => { reset(); process.exit(143); });
  console.log('console is open\\r');
`;

interface Session {
  readonly terminal: PtyConsole;
  readonly folder: TemporaryFolder;
  file(name: string): string;
}

/** A session of two programs in a folder of its own, started from a shell as an operator does. */
async function openSession(
  programs: { readonly agent?: string; readonly console?: string } = {},
  folder?: TemporaryFolder,
): Promise<Session & AsyncDisposable> {
  const own = folder ?? (await temporaryFolder());
  await writeFile(join(own.path, 'agent.mjs'), programs.agent ?? goodAgent);
  await writeFile(join(own.path, 'console.mjs'), programs.console ?? goodConsole);
  await writeFile(
    join(own.path, 'session.mjs'),
    `
      import { runSession } from ${JSON.stringify(join(root, '.bin', 'support', 'session.mjs'))};
      const program = (name) => ({ command: process.execPath, args: [name] });
      const options = { agent: program('agent.mjs'), console: program('console.mjs') };
      await runSession({ ...options, folder: 'home', socket: 'agent.sock' }).then(
        (code) => { process.exitCode = code; },
        (problem) => { console.error('strongbox: ' + problem.message); process.exitCode = 1; },
      );
    `,
  );
  const script = 'a=$(stty -g); "$@"; echo "exit $?"; [ "$a" = "$(stty -g)" ] && echo same line';
  const terminal = new PtyConsole({
    file: '/bin/sh',
    arguments: ['-c', `trap : INT; ${script}`, 'sh', process.execPath, 'session.mjs'],
    folder: own.path,
    columns: 160,
    rows: 16,
  });
  const file = (name: string): string => readFileSync(join(own.path, name), 'utf8');
  return {
    terminal,
    folder: own,
    file,
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]();
      const pid = existsSync(join(own.path, 'agent.pid')) && Number(file('agent.pid'));
      if (pid !== false && isAlive(pid)) process.kill(pid, 'SIGKILL');
      if (folder === undefined) await own[Symbol.asyncDispose]();
    },
  };
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(id: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (isAlive(id)) {
    assert.ok(Date.now() < deadline, `process ${id} has not ended`);
    await delay(10);
  }
}

/** The process of the session itself: the agent's starter. */
function sessionOf(session: Session): number {
  const stat = readFileSync(`/proc/${session.file('agent.pid')}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

const onLinux = { skip: process.platform === 'linux' ? false : 'looks into /proc' };

test('quitting the console ends the agent and leaves the terminal as it was', async () => {
  await using session = await openSession();
  const { terminal } = session;
  await terminal.waitFor('console is open');
  terminal.send('\u0003');
  await terminal.waitFor('key "\\u0003"');
  assert.ok(!existsSync(join(session.folder.path, 'agent.end')), 'Ctrl-C is a key of the console');
  terminal.send('q');
  await terminal.ended();
  assert.match(terminal.screen, /starting the agent; its log is home\/agent\.log/);
  assert.match(terminal.screen, /stopping the agent\nexit 0\nsame line$/);
  assert.equal(session.file('agent.end'), 'SIGTERM');
  assert.deepEqual(terminal.leftovers, []);
  assert.equal(statSync(join(session.folder.path, 'home')).mode & 0o777, 0o700);
  assert.equal(statSync(join(session.folder.path, 'home', 'agent.log')).mode & 0o777, 0o600);
});

test('an agent that does not start is one sentence, in its own words', async () => {
  const text = 'strongbox: port 8200 is in use by another program [listener.address-in-use]';
  const line = JSON.stringify({
    level: 'error',
    msg: 'the agent stops at once',
    reason: 'no disk',
  });
  for (const [said, shown] of [
    [
      text,
      /agent did not start \(settings: .*agent\.yaml\): port 8200 .*in-use\] \(exit code 3\)/s,
    ],
    [line, /agent did not start \(.*\): the agent stops at once: no disk \(exit code 3\)/s],
    ['', /agent did not start \(.*\): it said nothing and ended with exit code 3/s],
  ] as const) {
    const agent = `console.error(${JSON.stringify(`before\n${said}`)}); process.exit(3);`;
    const quiet = 'process.exit(3);';
    await using session = await openSession({ agent: said === '' ? quiet : agent });
    await session.terminal.ended();
    assert.match(session.terminal.screen, shown);
    assert.match(session.terminal.screen, /exit 1/);
  }
});

test('Ctrl-C before the console is there ends both', async () => {
  const agent = goodAgent.replace("console.log('listens')", "console.error('slow')");
  await using session = await openSession({ agent });
  await session.terminal.waitFor('starting the agent');
  while (!existsSync(join(session.folder.path, 'agent.sock'))) await delay(10);
  session.terminal.send('\u0003');
  await session.terminal.ended();
  assert.match(session.terminal.screen, /stopping the agent\nexit 130/);
  assert.equal(session.file('agent.end'), 'SIGTERM', 'the agent is not in the terminal');
});

test('an agent that dies under the console is told at the end, with an exit code', async () => {
  await using session = await openSession();
  await session.terminal.waitFor('console is open');
  process.kill(Number(session.file('agent.pid')), 'SIGKILL');
  await gone(Number(session.file('agent.pid')));
  session.terminal.send('q');
  await session.terminal.ended();
  assert.match(
    session.terminal.screen,
    /has ended before the console did: it said nothing .*SIGKILL/,
  );
  assert.match(session.terminal.screen, /exit 1/);
});

test('a console that is killed leaves a terminal that works', async () => {
  const dying = `${goodConsole} setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300);`;
  await using session = await openSession({ console: dying });
  await session.terminal.ended();
  assert.match(session.terminal.screen, /exit 137\nsame line/);
  assert.deepEqual(session.terminal.leftovers, []);
  assert.equal(session.file('agent.end'), 'SIGTERM');
});

test('SIGTERM ends the console first, and then the agent', onLinux, async () => {
  await using session = await openSession();
  await session.terminal.waitFor('console is open');
  process.kill(sessionOf(session), 'SIGTERM');
  await session.terminal.ended();
  assert.match(session.terminal.screen, /stopping the agent\nexit 143\nsame line/);
  assert.deepEqual(session.terminal.leftovers, []);
});

test('closing the window ends the console and the agent, in order', async () => {
  const console = goodConsole.replace("process.on('SIGTERM'", "process.on('SIGHUP'");
  await using session = await openSession({ console });
  await session.terminal.waitFor('console is open');
  const agent = Number(session.file('agent.pid'));
  session.terminal.hangUp();
  await gone(agent);
  assert.equal(session.file('agent.end'), 'SIGTERM');
});

test('the agent does not outlive a session that was killed', {
  skip: existsSync('/usr/bin/setpriv') ? false : 'needs setpriv of util-linux',
}, async () => {
  await using session = await openSession();
  await session.terminal.waitFor('console is open');
  const agent = Number(session.file('agent.pid'));
  process.kill(sessionOf(session), 'SIGKILL');
  await gone(agent);
  assert.equal(session.file('agent.end'), 'SIGTERM');
});

test('a second session in the folder joins the agent and leaves it running', async () => {
  await using first = await openSession();
  await first.terminal.waitFor('console is open');
  await using second = await openSession({}, first.folder);
  await second.terminal.waitFor('console is open');
  second.terminal.send('q');
  await second.terminal.ended();
  assert.match(second.terminal.screen, /an agent runs in this folder already/);
  assert.match(second.terminal.screen, /the agent goes on running.*\nexit 0/s);
  assert.ok(isAlive(Number(first.file('agent.pid'))));
  first.terminal.send('q');
  await first.terminal.ended();
  assert.equal(first.file('agent.end'), 'SIGTERM');
});

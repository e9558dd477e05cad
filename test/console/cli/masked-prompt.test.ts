import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mainFile, TemporaryFolder } from '../run-cli.ts';
import { envelope, responderOf, StandIn } from '../stand-in.ts';
import { hasTerminals, Terminal } from './terminal.ts';

const skip = hasTerminals ? false : 'there is no `script` to make a terminal';
const question = /Token \(hidden\): /u;
const strongbox = `'${process.execPath}' '${mainFile}'`;

function lookup(): Promise<StandIn> {
  const body = envelope({ accessor: 'acc', policies: ['root'], ttl: 0 });
  return StandIn.listen(responderOf({ 'GET /v1/auth/token/lookup-self': { body } }));
}

/** `stty -a` of a terminal in its usual mode. */
function assertCooked(screen: string): void {
  assert.match(screen, /[^-]icanon/u);
  assert.match(screen, /[^-]echo /u);
}

test('a secret is asked for without showing it; the keys of a line editor work', {
  skip,
}, async () => {
  using home = new TemporaryFolder();
  await using server = await lookup();
  const env = { HOME: home.path, STRONGBOX_ADDR: server.address };
  const terminal = new Terminal(`${strongbox} login; stty -a`, env);
  await terminal.shows(question);
  terminal.type('wrong\u0015hvs.CANARx\u007fY\u001b[A\u001bOB\r');
  assert.equal(await terminal.ended(), 0, terminal.screen);
  assert.equal(server.received[0]?.headers['x-vault-token'], 'hvs.CANARY');
  assert.equal(readFileSync(join(home.path, '.strongbox-token'), 'utf8'), 'hvs.CANARY');
  assert.equal(/CANAR|hvs\./u.test(terminal.screen), false, terminal.screen);
  assert.match(terminal.screen, /\*{5}/u);
  assertCooked(terminal.screen);
});

test('Ctrl-C, Ctrl-D and a signal put the terminal back, and nothing is sent', {
  skip,
}, async () => {
  using home = new TemporaryFolder();
  await using server = await lookup();
  const env = { HOME: home.path, STRONGBOX_ADDR: server.address };
  for (const key of ['\u0003', '\u0004']) {
    const terminal = new Terminal(`${strongbox} login; echo code=$?; stty -a`, env);
    await terminal.shows(question);
    terminal.type(`hvs.half${key}`);
    await terminal.ended();
    assert.match(terminal.screen, /code=1/u);
    assert.match(terminal.screen, /stopped; nothing was sent/u);
    assertCooked(terminal.screen);
  }
  const line = `exec 3<&0; ${strongbox} login <&3 & echo pid=$!; wait $!; echo code=$?; stty -a`;
  const killed = new Terminal(line, env);
  await killed.shows(question);
  process.kill(Number(/pid=(\d+)/u.exec(killed.screen)?.[1]), 'SIGTERM');
  await killed.ended();
  assert.match(killed.screen, /code=1/u);
  assertCooked(killed.screen);
  assert.equal(server.received.length, 0);
});

test('a share is asked for one after another until the root token is there', { skip }, async () => {
  using home = new TemporaryFolder();
  let entered = 0;
  const status = (): object => ({
    started: true,
    nonce: 'n-1',
    progress: entered,
    required: 2,
    complete: entered === 2,
    encoded_token: entered === 2 ? 'AAAA' : '',
  });
  await using server = await StandIn.listen(({ target, body }) => {
    if (body.includes('WRONG')) return { status: 400, body: { errors: ['another set'] } };
    if (target.endsWith('/update')) entered += 1;
    if (body.includes('CANARY3')) return { status: 400, body: { errors: ['too many'] } };
    return { body: status() };
  });
  const env = { HOME: home.path, STRONGBOX_ADDR: server.address };
  const terminal = new Terminal(`${strongbox} operator generate-root`, env);
  await terminal.shows(/Share 1 of 2 \(hidden\): /u);
  terminal.type('CANARY1\r');
  await terminal.shows(/Share 2 of 2 \(hidden\): /u);
  // A slip costs nothing of what is in.
  terminal.type('WRONG\r');
  await terminal.shows(/another set[^]*Share 2 of 2 \(hidden\): /u);
  terminal.type('CANARY2\r');
  assert.equal(await terminal.ended(), 0, terminal.screen);
  assert.equal(terminal.screen.includes('CANARY'), false);
  assert.match(terminal.screen, /encoded_token {2}AAAA/u);
  const bodies = server.received.map(({ body }) => body).filter((body) => /CANARY/u.test(body));
  assert.deepEqual(bodies, ['{"key":"CANARY1","nonce":"n-1"}', '{"key":"CANARY2","nonce":"n-1"}']);
});

test('hostile names are inert on a real terminal, too', { skip }, async () => {
  using home = new TemporaryFolder();
  const keys = ['\u001b]52;c;ZXZpbA==\u0007', 'a\u202eb'];
  await using server = await StandIn.listen(() => ({ body: envelope({ keys }) }));
  const env = { HOME: home.path, STRONGBOX_ADDR: server.address };
  const terminal = new Terminal(`${strongbox} list secret/metadata`, env);
  assert.equal(await terminal.ended(), 0);
  assert.equal(/[\u001b\u0007\u202e]/u.test(terminal.screen), false, terminal.screen);
  assert.match(terminal.screen, /\\u\{1b\}\]52;c;/u);
});

/** Names that would write on the screen if they could: of a cluster, of nodes, of secrets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { ConsoleFeed } from '../support/console-feed.ts';
import { openConsole } from '../support/console-process.ts';
import { command } from '../support/operator-hands.ts';
import type { PtyConsole } from '../support/pty-console.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Each tries to move, to title, to copy, to link, to swallow, to colour, to forge or to hide. */
const hostileNames: readonly string[] = [
  '\u001b[2J\u001b[1;1Howned',
  '\u001b[3;1Howned',
  '\u001b[1A\u001b[2Kowned',
  '\u001b[32m✓ verified\u001b[0m',
  '\u001b]0;owned\u0007',
  '\u001b]4;1;rgb:00/00/00\u0007',
  '\u001b]8;;https://example.org\u001b\\owned\u001b]8;;\u001b\\',
  '\u001b]52;c;b3duZWQ=\u0007',
  '\u001b]1337;File=:AAAA\u0007',
  '\u001b]0;never ended',
  '\u001bP1$q"p\u001b\\',
  '\u001b_owned\u001b\\',
  '\u001bcreset',
  '\u009b2J',
  '\u009d0;owned\u009c',
  'bell\u0007',
  'back\b\b\b\bowned',
  'line\rowned',
  'two\nlines',
  '\u202eowned',
  'zero\u200bwidth\u2060',
  'a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
  'tag\u{e0041}\u{e007f}',
  '\ufefftab\tend',
];

/** Nothing of them reaches the terminal as what it is. */
function assertInert(terminal: PtyConsole): void {
  const { raw } = terminal;
  assert.doesNotMatch(raw, /\u001b\](?:0|4|8|52|1337);/, 'a command of the terminal');
  assert.doesNotMatch(raw, /\u001b[P_c]|[\u0080-\u009f]/, 'a string or C1 control');
  assert.doesNotMatch(raw, /[\u202e\u200b\u2060\ufeff\u0007\b]|[\u{e0000}-\u{e007f}]/u, 'hidden');
  assert.doesNotMatch(raw, /\u0301{5}/, 'a tower of marks');
  assert.ok(!raw.includes('\u001b[32m✓ verified'), 'a colour of others');
}

const size = { columns: 100, rows: 50 };
const nodeRowsMin = 10;

function isInPlace(screen: string): boolean {
  const rows = screen.split('\n');
  const isHeader = /^ \S.*› cluster/.test(rows[0] ?? '');
  const isFooter = /<:> command/.test(rows[size.rows - 1] ?? '');
  const nodes = rows.filter((row) => /│.*■ SEALED.*│$/.test(row));
  return rows.length === size.rows && isHeader && isFooter && nodes.length >= nodeRowsMin;
}

test('a cluster and its nodes can be named anything', async () => {
  await using home = await temporaryFolder();
  const nodeIds = hostileNames;
  await using feed = await ConsoleFeed.start({ clusterName: hostileNames[0] ?? '', nodeIds });
  await using terminal = openConsole({ socket: feed.socket, home: home.path, ...size });
  await terminal.waitFor(/SEALED/);
  await terminal.waitFor(/<:> command/);
  await command(terminal, 'ceremony');
  await terminal.waitFor(/attempt 1/);
  await command(terminal, 'cluster');
  await terminal.waitUntil(isInPlace, 'header, a row for each node, footer');
  assertInert(terminal);
  await command(terminal, 'quit');
  assert.equal((await terminal.ended()).code, 0);
});

function isInPanes(screen: string): boolean {
  const rows = screen.split('\n');
  const inner = rows.slice(2, -2);
  return rows.length === size.rows && inner.every((row) => /^[│┌└].*[│┐┘]$/.test(row));
}

test('F-45: the values of a secret and their names can be anything, hidden and shown', async () => {
  const mounts = 'init: { mounts: [{ path: secret, type: kv, version: 2 }] }';
  await using agent = await AgentProcess.start({ extra: mounts });
  const { rootToken: token } = await agent.initialiseAndUnseal();
  for (const name of hostileNames) {
    const path = `/v1/secret/data/${encodeURIComponent(name)}`;
    const { status } = await agent.call('POST', path, { token, body: { data: { a: 'b' } } });
    assert.equal(status, 400, `no path may hold ${JSON.stringify(name)}`);
  }
  const data = Object.fromEntries(hostileNames.map((name) => [name, name]));
  const written = await agent.call('POST', '/v1/secret/data/app', { token, body: { data } });
  assert.equal(written.status, 200);
  await using terminal = openConsole({
    socket: agent.socket,
    home: agent.folder,
    environment: { STRONGBOX_TOKEN: token },
    ...size,
  });
  await terminal.waitFor(/logged in as root/);
  await command(terminal, 'secrets secret/app');
  await terminal.waitFor(/values of v1 · masked/);
  terminal.send('x');
  await terminal.waitFor(/masked again in \d+ s/);
  await terminal.waitUntil(isInPanes, 'every line is in its pane');
  assertInert(terminal);
  await command(terminal, 'quit');
  assert.equal((await terminal.ended()).code, 0);
});

/**
 * A day at the console, on the real programs: the key is made, shares unseal, a secret is written
 * and read, a policy is put right while it is typed, the audit log is verified and a tampered copy
 * found out, the wallboard opened; and nothing secret is left anywhere.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { openConsole } from '../support/console-process.ts';
import {
  command,
  consoleIsBack,
  found,
  giveShare,
  logIn,
  typeText,
} from '../support/operator-hands.ts';
import type { PtyConsole } from '../support/pty-console.ts';

const value = 'canary-value-of-the-day';
const keys = { save: '\u0013', escape: '\u001b', up: '\u001b[A', end: '\u001b[F' };
const mounts = 'init: { mounts: [{ path: secret, type: kv, version: 2 }] }';

async function writeSecret(terminal: PtyConsole): Promise<void> {
  await command(terminal, 'secrets');
  await terminal.waitFor('▾ secret/');
  await command(terminal, 'secret new secret/app/db');
  await terminal.waitFor('new: secret/app/db');
  terminal.send('user');
  await terminal.waitFor(/new name +user/);
  terminal.send('\t');
  await terminal.waitFor(/▸ its value/);
  terminal.send(`\u001b[200~${value}\u001b[201~`);
  await terminal.waitFor(/its value +•/);
  terminal.send(keys.save);
  await terminal.waitFor('secret/app/db is saved as version 1');
}

/** Types a rule with a mistake, reads where it is, mends it and saves. */
async function writePolicy(terminal: PtyConsole): Promise<void> {
  await command(terminal, 'policy app');
  await terminal.waitFor(/policy › app \(new/);
  await terminal.waitFor('✓ valid, 1 rule');
  await typeText(terminal, 'path "secret/data/app/*" {');
  terminal.send('\r');
  await terminal.waitFor(/1 path "secret\/data\/app/);
  await typeText(terminal, 'capabilities = ["red"]');
  terminal.send('\r}\r');
  await terminal.waitFor(/line 2, column 17:[\s\S]*unknown/);
  await terminal.waitFor('✗ 1 error');
  terminal.send(keys.up);
  terminal.send(keys.up);
  terminal.send(keys.end);
  terminal.send('\u007f\u007f\u007f');
  terminal.send('ad"]');
  await terminal.waitFor('✓ valid, 2 rules');
  terminal.send(keys.save);
  await terminal.waitFor('y saves it');
  terminal.send('y');
  await terminal.waitFor('policy app is saved');
  terminal.send(keys.escape);
  await terminal.waitFor(/› secrets/);
}

/** The good log through the agent, and a copy in which somebody has changed one byte. */
async function verifyLogs(terminal: PtyConsole, agent: AgentProcess): Promise<void> {
  await command(terminal, 'audit verify');
  await terminal.waitFor(/OK: \d+ records/);
  const lines = (await readFile(agent.auditFile, 'utf8')).split('\n');
  const at = lines.findIndex((line, index) => index > 3 && line.includes('sys/init'));
  assert.ok(at > 0, 'the log has a record of the beginning');
  lines[at] = (lines[at] ?? '').replace('sys/init', 'sys/InIt');
  const copy = join(agent.folder, 'copy.log');
  await writeFile(copy, lines.join('\n'));
  await command(terminal, `audit verify ${copy}`);
  await terminal.waitFor(/BROKEN|differs/);
  assert.match(terminal.screen, new RegExp(`record ${at}|record ${at + 1}`));
}

test('from an empty folder to a verified log', async () => {
  await using agent = await AgentProcess.start({ extra: mounts });
  const size = { columns: 100, rows: 30 };
  await using terminal = openConsole({ socket: agent.socket, home: agent.folder, ...size });
  const { shares, rootToken } = await found(terminal, 3);
  await terminal.waitFor(/sealed: 2 shares needed/);
  await giveShare(terminal, shares[0] ?? '');
  await terminal.waitFor(/1 more share needed/);
  await giveShare(terminal, shares[1] ?? '');
  await terminal.waitFor(/ OK +the agent is unsealed/);
  const beforeLogin = terminal.raw.length;
  await logIn(terminal, rootToken);
  await terminal.waitFor(/root +RO/);

  await command(terminal, 'write 10m');
  await terminal.waitFor(/RW 0?9:5|RW 10:00/);
  await writeSecret(terminal);
  const read = await agent.call('GET', '/v1/secret/data/app/db', { token: rootToken });
  assert.equal((read.json as { data: { data: { user: string } } }).data.data.user, value);
  await writePolicy(terminal);
  const policy = await agent.call('GET', '/v1/sys/policies/acl/app', { token: rootToken });
  assert.match(policy.text, /secret\/data\/app\/\*/);
  await verifyLogs(terminal, agent);

  await command(terminal, 'wall');
  await terminal.waitFor(/● UNSEALED +1 of 1 nodes serve/);
  terminal.send('q');
  await consoleIsBack(terminal);
  await command(terminal, 'quit');
  assert.deepEqual(await terminal.ended(), { code: 0, signal: 0 });
  assert.deepEqual(terminal.leftovers, []);

  const afterwards = terminal.raw.slice(beforeLogin);
  for (const secret of [value, rootToken, ...shares]) {
    assert.ok(!afterwards.includes(secret), 'what is typed is not written to the terminal');
    assert.ok(!agent.log.includes(secret));
  }
  assert.ok(!(await readFile(agent.auditFile, 'utf8')).includes(value));
});

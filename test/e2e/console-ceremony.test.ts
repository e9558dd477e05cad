/**
 * A ceremony on two terminals: one makes the key, both see who is there and which share comes in,
 * a wrong share is named and costs nothing, and no terminal is ever written a share unseen.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { openConsole } from '../support/console-process.ts';
import { command, found, giveShare, pressUntil } from '../support/operator-hands.ts';
import type { PtyConsole } from '../support/pty-console.ts';

function open(agent: AgentProcess, name: string): PtyConsole {
  const size = { columns: 100, rows: 30 };
  return openConsole({
    socket: agent.socket,
    home: agent.folder,
    words: ['--name', name],
    ...size,
  });
}

/** What both draw of the agent's state: the table of shares and the events, without the clock. */
function ceremonyOf(screen: string): string {
  const rows = screen.split('\n').filter((row) => /[│┌└]/.test(row));
  return rows.map((row) => row.replace('▸', ' ')).join('\n');
}

async function quit(terminal: PtyConsole): Promise<void> {
  await command(terminal, 'quit');
  assert.deepEqual(await terminal.ended(), { code: 0, signal: 0 });
  assert.deepEqual(terminal.leftovers, []);
}

test('half of the shares come from one terminal and half from another', async () => {
  await using agent = await AgentProcess.start();
  await using alice = open(agent, 'alice');
  const { shares, rootToken } = await found(alice, 3);
  await alice.waitFor(/sealed: 2 shares needed/);
  await using bob = open(agent, 'bob');
  await bob.waitFor(/SEALED/);
  await command(bob, 'ceremony');
  await bob.waitFor(/sealed: 2 shares needed/);
  await alice.waitFor(/bob \(ceremony\)/);
  await bob.waitFor(/alice \(ceremony\)/);

  await giveShare(alice, shares[0] ?? '');
  for (const terminal of [alice, bob]) await terminal.waitFor(/1 +● in [\d:]+Z +alice/);
  await alice.waitFor(/1 more share needed/);
  const isSame = (screen: string): boolean => ceremonyOf(screen) === ceremonyOf(bob.screen);
  await alice.waitUntil(isSame, 'both draw the same');

  // The same share again, from another terminal: it is refused by name and costs nothing.
  await giveShare(bob, shares[0] ?? '');
  await bob.waitFor(/in already|duplicate/i);
  await alice.waitFor(/bob REFUSED/);
  await bob.waitFor(/1 of 2/);
  bob.send('\u001b');
  await bob.waitUntil((screen) => !screen.includes('dismiss'), 'the refusal is read');

  await giveShare(bob, shares[2] ?? '');
  for (const terminal of [alice, bob]) await terminal.waitFor(/ OK +the agent is unsealed/);
  await quit(bob);
  await quit(alice);
  for (const secret of [...shares, rootToken]) {
    assert.ok(!bob.raw.includes(secret), 'what bob typed was never written to his terminal');
    assert.ok(!agent.log.includes(secret));
  }
});

test('a reset is seen by all, with who and why, and a share of before does not count', async () => {
  await using agent = await AgentProcess.start();
  const { shares } = await agent.initialiseAndUnseal(3, 2);
  await agent.stop();
  await agent.restart();
  await using alice = open(agent, 'alice');
  await using bob = open(agent, 'bob');
  for (const terminal of [alice, bob]) {
    await terminal.waitFor(/SEALED/);
    await command(terminal, 'ceremony');
    await terminal.waitFor(/sealed: 2 shares needed/);
  }
  await agent.unseal(shares.slice(0, 1));
  for (const terminal of [alice, bob]) await terminal.waitFor(/1 more share needed/);
  await command(bob, 'abort "wrong envelope"');
  await bob.waitFor('<y> yes');
  await pressUntil(bob, 'y', /sealed: 2 shares needed/);
  for (const terminal of [alice, bob]) {
    await terminal.waitFor(/bob RESET.*wrong envelope/);
    await terminal.waitFor(/attempt 2/);
    await terminal.waitFor(/0 of 2/);
  }
  await quit(alice);
  await quit(bob);
});

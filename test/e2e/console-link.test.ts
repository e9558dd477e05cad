/** The console and its link: an agent that goes and comes, and a terminal that takes nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AgentProcess } from '../support/agent-process.ts';
import { ConsoleFeed } from '../support/console-feed.ts';
import { openConsole } from '../support/console-process.ts';
import { command } from '../support/operator-hands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const pingIntervalMs = 100;
const stallMs = 3_000;

test('an agent that is killed and comes back is found again, and nothing typed is lost', async () => {
  await using agent = await AgentProcess.start();
  await agent.initialiseAndUnseal();
  await using terminal = openConsole({ socket: agent.socket, home: agent.folder });
  await terminal.waitFor(/ OK +the agent is unsealed/);
  terminal.send(':');
  await terminal.waitFor(/^ ?:/m);
  terminal.send('policies');
  await terminal.waitFor(':policies');
  await agent.stop('SIGKILL');
  await terminal.waitFor(/NO LINK[^\n]*what is shown is old/);
  await terminal.waitFor(/✗ no link \d/);
  assert.match(terminal.screen, /:policies/, 'the half-typed command is still there');
  await agent.restart();
  await terminal.waitFor(/ SEALED +no secret can be read/);
  await terminal.waitFor(/● \d/);
  assert.match(terminal.screen, /:policies/);
  terminal.send('\u001b');
  await terminal.waitUntil((screen) => !screen.includes(':policies'), 'the line is closed');
  await command(terminal, 'quit');
  assert.equal((await terminal.ended()).code, 0);
});

test('an agent that is silent makes what is shown old, until it speaks again', async () => {
  await using agent = await AgentProcess.start();
  await using terminal = openConsole({ socket: agent.socket, home: agent.folder });
  await terminal.waitFor(/● \d/);
  process.kill(agent.pid, 'SIGSTOP');
  try {
    await terminal.waitFor(/STALE[^\n]*silent for \d/, 30_000);
    await terminal.waitFor(/\? stale \d/);
  } finally {
    process.kill(agent.pid, 'SIGCONT');
  }
  await terminal.waitFor(/● \d/);
  await command(terminal, 'quit');
  assert.equal((await terminal.ended()).code, 0);
});

test('heartbeats go on while the terminal takes nothing, and it catches up afterwards', async () => {
  await using home = await temporaryFolder();
  await using feed = await ConsoleFeed.start();
  await using terminal = openConsole({ socket: feed.socket, home: home.path });
  await terminal.waitFor('node-1');
  const stopUpdates = feed.updateEvery(20);
  const stopPings = feed.pingEvery(pingIntervalMs);
  await delay(200);
  terminal.pause();
  // Until the main thread hangs in its write, the terminal's buffer has to fill.
  const before = { pings: feed.pings, pongs: feed.pongs };
  await delay(stallMs);
  const sent = feed.pings - before.pings;
  const answered = feed.pongs - before.pongs;
  stopPings();
  terminal.resume();
  assert.ok(sent > 2, 'the feed itself goes on');
  assert.ok(answered >= sent * 0.7, `${answered} of ${sent} pings were answered`);
  const { revision } = feed;
  await terminal.waitUntil((screen) => shownRevision(screen) >= revision, 'the newest state');
  stopUpdates();
  await command(terminal, 'quit');
  assert.equal((await terminal.ended()).code, 0);
});

/** Of the first node, from the table of agents. */
function shownRevision(screen: string): number {
  const match = /node-1[^\n]*leader +\d+ +([\d,]+)/.exec(screen);
  return Number((match?.[1] ?? '0').replaceAll(',', ''));
}

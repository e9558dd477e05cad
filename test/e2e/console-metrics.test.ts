/** Figures of the host in a console: measured while it looks, by a process of the agent's own. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { openConsole } from '../support/console-process.ts';

/** The agent's child that measures, by its program; 0 when there is none. */
function samplerOf(agent: number): number {
  const found = readdirSync('/proc').find((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === agent && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('sampler');
    } catch {
      return false; // it has just ended
    }
  });
  return Number(found ?? 0);
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

test('the host is measured for whoever may look, and by nobody else', {
  skip: process.platform === 'linux' ? false : 'looks into /proc',
}, async () => {
  await using agent = await AgentProcess.start();
  const { rootToken } = await agent.initialiseAndUnseal();
  const place = { socket: agent.socket, home: agent.folder };
  {
    await using anonymous = openConsole(place);
    await anonymous.waitFor(/not logged in/);
    await anonymous.waitFor(/leader +\d+ +\d+ +\d+ +– +– +–/);
    assert.equal(samplerOf(agent.pid), 0);
  }
  await using terminal = openConsole({ ...place, environment: { STRONGBOX_TOKEN: rootToken } });
  await terminal.waitFor(/leader +\d+ +\d+ +\d+ +\d+% +\d+M +\d+%/);
  const sampler = samplerOf(agent.pid);
  assert.ok(sampler > 0);
  assert.equal(await agent.stop(), 0);
  assert.ok(!isAlive(sampler), 'it has ended with the agent');
  await terminal.waitFor(/✗ no link/);
});

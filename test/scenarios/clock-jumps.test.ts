/**
 * F-11 on a real agent: the host's clock is set a day ahead and a day back, while the agent runs
 * and while it is stopped. No lifetime depends on the jump; time spent stopped counts. libfaketime
 * moves the wall clock of the process and leaves the monotonic one, as setting a clock does.
 */
import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyAuditFiles } from '../../console/client/audit-verify.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
const daySeconds = 86_400;
/** Real time that the test itself may take, on a busy machine. */
const slackSeconds = 120;

class MovedClock {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'clock');
    this.set(0);
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Seconds that the clock is ahead of the truth. */
  set(seconds: number): void {
    writeFileSync(this.#file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }
}

async function createToken(agent: AgentProcess, token: string, ttl: string): Promise<string> {
  const body = { ttl, policies: ['default'] };
  const made = await agent.call('POST', '/v1/auth/token/create', { token, body });
  assert.equal(made.status, 200, made.text);
  return (made.json as { auth: { client_token: string } }).auth.client_token;
}

/** Seconds that a token has left; undefined when it is no token any more. */
async function secondsLeft(agent: AgentProcess, token: string): Promise<number | undefined> {
  const answer = await agent.call('GET', '/v1/auth/token/lookup-self', { token });
  if (answer.status === 403) return undefined;
  assert.equal(answer.status, 200, answer.text);
  return (answer.json as { data: { ttl: number } }).data.ttl;
}

function checkNear(left: number | undefined, expected: number, when: string): void {
  const lost = expected - (left ?? 0);
  assert.ok(lost >= -2 && lost <= slackSeconds, `${when}: ${left} s of ${expected} s are left`);
}

test('F-11: a clock that jumps a day moves no lifetime; a day spent stopped counts', {
  skip: library === undefined ? 'needs faketime' : false,
}, async () => {
  await using folder = await temporaryFolder();
  const clock = new MovedClock(folder.path);
  const options = { folder: join(folder.path, 'agent'), environment: clock.environment };
  await using first = await AgentProcess.start(options);
  const { shares, rootToken } = await first.initialiseAndUnseal();
  const short = await createToken(first, rootToken, '1h');
  const long = await createToken(first, rootToken, '48h');
  for (const seconds of [daySeconds, 0, -daySeconds, daySeconds]) {
    clock.set(seconds);
    checkNear(await secondsLeft(first, short), 3_600, `${seconds} s ahead`);
    checkNear(await secondsLeft(first, long), 48 * 3_600, `${seconds} s ahead`);
    // A commit stamps cluster time.
    checkNear(
      await secondsLeft(first, await createToken(first, rootToken, '1h')),
      3_600,
      'a new one',
    );
  }
  assert.equal(await first.stop(), 0);

  clock.set(-daySeconds);
  await using second = await AgentProcess.start(options);
  await second.unseal(shares.slice(0, 2));
  checkNear(await secondsLeft(second, short), 3_600, 'started with the clock a day back');
  assert.equal(await second.stop(), 0);

  clock.set(daySeconds);
  await using third = await AgentProcess.start(options);
  await third.unseal(shares.slice(0, 2));
  assert.equal(await secondsLeft(third, short), undefined, 'an hour is over after a day');
  checkNear(await secondsLeft(third, long), 24 * 3_600, 'a day of two is left');
  assert.equal(await third.stop(), 0);
  const report = await verifyAuditFiles([third.auditFile]);
  assert.equal(report.ok, true, report.sentence);
});

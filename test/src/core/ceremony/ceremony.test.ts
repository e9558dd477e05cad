import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventRing } from '../../../../src/core/ceremony/event-ring.ts';
import { ceremonyEventsMax, participantsMax } from '../../../../shared/control/limits.ts';
import type { CeremonyEvent } from '../../../../shared/control/topics.ts';
import { ceremonyIdleTimeoutMs, wrongSharesPerSecondMax } from '../../../../src/seal/limits.ts';
import { type CoreHarness, emptyCore } from '../../../support/core-harness.ts';

/** What happened, as `what by detail`. */
function told({ built }: CoreHarness): readonly string[] {
  return built.ceremony
    .snapshot()
    .events.map(({ what, by = '-', detail }) => `${what} ${by} ${detail}`.trim());
}

async function enter(core: CoreHarness, at: number): Promise<void> {
  await core.call('write', 'sys/unseal', { key: core.shares[at] ?? '' }, { token: null });
}

test('from nothing to unsealed and back, as those who watch see it', async () => {
  const core = await emptyCore();
  const { ceremony } = core.built;
  const first = ceremony.snapshot();
  assert.deepEqual([first.ceremony, first.state, first.attempt], ['init', 'waiting', 1]);
  assert.equal(first.publicKey, '');
  await core.initialise();
  const waiting = ceremony.snapshot();
  assert.deepEqual([waiting.ceremony, waiting.state, waiting.attempt], ['unseal', 'waiting', 1]);
  assert.deepEqual([waiting.threshold, waiting.count], [2, 3]);
  assert.equal(Buffer.from(waiting.publicKey, 'base64').length, 32);

  await enter(core, 2);
  const collecting = ceremony.snapshot();
  assert.equal(collecting.state, 'collecting');
  assert.deepEqual(collecting.entered, [{ index: 3, by: undefined, atMs: core.clock.wallMs() }]);
  assert.equal(collecting.deadlineAtMs, core.clock.wallMs() + ceremonyIdleTimeoutMs);
  assert.equal(collecting.publicKey, waiting.publicKey);
  await enter(core, 0);
  const done = ceremony.snapshot();
  assert.deepEqual([done.state, done.publicKey], ['done', '']);
  assert.equal(done.deadlineAtMs, undefined);

  await core.data('write', 'sys/seal');
  const sealed = ceremony.snapshot();
  assert.deepEqual([sealed.state, sealed.attempt], ['waiting', 1]);
  assert.notEqual(sealed.publicKey, waiting.publicKey);
  assert.deepEqual(told(core), [
    'initialised -',
    'entered - 3',
    'entered - 1',
    'unsealed -',
    'sealed root',
  ]);
});

test('who sealed, and why, is told to those who watch and to the audit log', async () => {
  const core = await emptyCore();
  await core.initialise();
  await enter(core, 0);
  await enter(core, 1);
  await assert.rejects(core.data('write', 'sys/seal', { reason: 'a\u001b[2J' }));
  assert.equal(core.built.ceremony.snapshot().state, 'done', 'a reason that is none seals nothing');
  await core.data('write', 'sys/seal', { reason: 'fire drill' });
  assert.equal(told(core).at(-1), 'sealed root fire drill');
  const recorded = core.auditLines().findLast(({ type }) => type === 'event');
  assert.deepEqual(
    [recorded?.['event'], recorded?.['details']],
    ['sealed', { by: 'root', reason: 'fire drill' }],
  );
});

test('shares that nobody added to are dropped in time, and that is told', async () => {
  const core = await emptyCore();
  await core.initialise();
  await enter(core, 0);
  const before = core.built.ceremony.snapshot();
  core.clock.advance(ceremonyIdleTimeoutMs);
  const after = core.built.ceremony.snapshot();
  assert.deepEqual(after.entered, []);
  assert.notEqual(after.nonce, before.nonce);
  assert.equal(after.deadlineAtMs, undefined);
  assert.equal(told(core).at(-1), 'expired -');
});

test('who resets over HTTP is shown as it was given, and a reset without a name is one, too', async () => {
  const core = await emptyCore();
  await core.initialise();
  await enter(core, 0);
  const { nonce } = core.built.ceremony.snapshot();
  const body = { reset: true, nonce, holder: 'alice', reason: 'mistyped' };
  const answer = await core.call('write', 'sys/unseal', body, { token: null });
  assert.equal(answer.status, 200);
  await core.call('write', 'sys/unseal', { reset: true }, { token: null });
  assert.equal(told(core).at(-1), 'reset alice mistyped', 'there was nothing left to reset');
  await enter(core, 0);
  await core.call('write', 'sys/unseal', { reset: true }, { token: null });
  assert.deepEqual(told(core).slice(-2), ['entered - 1', 'reset -']);
  const hostile = { reset: true, holder: 'a\u001b[31m' };
  assert.equal((await core.call('write', 'sys/unseal', hostile, { token: null })).status, 400);
});

test('a flood of the same refusal is one event, and a flood of wrong shares is not told', async () => {
  const core = await emptyCore();
  await core.initialise();
  for (let count = 0; count < 30; count += 1) {
    await core.call('write', 'sys/unseal', { key: 'AAAA' }, { token: null });
  }
  assert.deepEqual(told(core), ['initialised -', 'refused - share.malformed']);
});

test('listeners are told of each change until they leave', async () => {
  const core = await emptyCore();
  const { ceremony } = core.built;
  let changes = 0;
  const leave = ceremony.onChange(() => {
    changes += 1;
  });
  ceremony.join({ id: '1', name: 'alice', proved: false, view: 'a' });
  ceremony.join({ id: '1', name: 'alice', proved: false, view: 'b' });
  assert.equal(changes, 2);
  assert.deepEqual(told(core), ['joined alice']);
  leave();
  ceremony.leave('1');
  ceremony.leave('1');
  assert.equal(changes, 2);
  assert.deepEqual(told(core), ['joined alice', 'left alice']);
});

test('more participants than there is room for are left out', async () => {
  const core = await emptyCore();
  const { ceremony } = core.built;
  for (let count = 0; count <= participantsMax; count += 1) {
    ceremony.join({ id: String(count), name: 'a', proved: false, view: '' });
  }
  assert.equal(ceremony.snapshot().participants.length, participantsMax);
  ceremony.leave('0');
  ceremony.join({ id: 'late', name: 'b', proved: false, view: '' });
  assert.equal(ceremony.snapshot().participants.at(-1)?.name, 'b');
});

function event(what: CeremonyEvent['what'], detail: string): CeremonyEvent {
  return { atMs: 0, what, by: undefined, detail };
}

test('the newest events are kept, and who comes and goes is forgotten first', () => {
  const ring = new EventRing();
  ring.add(event('initialised', ''));
  for (let count = 0; count < 3 * ceremonyEventsMax; count += 1) {
    ring.add(event('joined', String(count)));
  }
  assert.equal(ring.events.length, ceremonyEventsMax);
  assert.equal(ring.events[0]?.what, 'initialised');
  for (let count = 0; count < 3 * ceremonyEventsMax; count += 1) {
    ring.add(event('entered', String(count)));
  }
  assert.equal(ring.events.length, ceremonyEventsMax);
  assert.equal(ring.events.at(-1)?.detail, String(3 * ceremonyEventsMax - 1));
  assert.equal(ring.events[0]?.detail, String(2 * ceremonyEventsMax));
});

test('a flood of refusals under many names leaves what was entered', () => {
  const ring = new EventRing();
  ring.add(event('entered', '1'));
  for (let count = 0; count < 3 * ceremonyEventsMax; count += 1) {
    ring.add({ ...event('refused', 'share.mismatch'), by: `name ${count}` });
  }
  assert.equal(ring.events.length, ceremonyEventsMax);
  assert.equal(ring.events[0]?.what, 'entered');
  assert.equal(ring.events.at(-1)?.by, `name ${3 * ceremonyEventsMax - 1}`);
});

test('neither resets nor refusals push out what was entered, nor each other', () => {
  const ring = new EventRing();
  ring.add(event('entered', '1'));
  for (let count = 0; count < 3 * ceremonyEventsMax; count += 1) ring.add(event('reset', 'why'));
  for (let count = 0; count < 3 * ceremonyEventsMax; count += 1) {
    ring.add({ ...event('refused', 'share.mismatch'), by: `name ${count}` });
  }
  const kinds = ring.events.map(({ what }) => what);
  assert.equal(kinds.length, ceremonyEventsMax);
  assert.equal(kinds[0], 'entered');
  assert.ok(kinds.includes('reset') && kinds.includes('refused'));
  for (let count = 0; count < 3 * ceremonyEventsMax; count += 1) ring.add(event('reset', 'why'));
  assert.equal(ring.events[0]?.what, 'entered');
  assert.ok(ring.events.some(({ what }) => what === 'refused'));
});

test("F-24: a flood of resets under names of their own leaves nothing on anybody's screen", async () => {
  const core = await emptyCore();
  await core.initialise();
  await core.call('write', 'sys/unseal', { key: core.shares[0] ?? '', holder: 'ada' });
  for (let count = 0; count < 2 * ceremonyEventsMax; count += 1) {
    const body = { reset: true, nonce: 'wrong', holder: `name ${count}` };
    await core.call('write', 'sys/unseal', body, { token: null });
  }
  assert.deepEqual(told(core), ['initialised -', 'entered ada 1']);
});

test('a flood of boxes is answered without a reason, and a right one still comes in', async () => {
  const core = await emptyCore();
  await core.initialise();
  const { nonce } = core.built.ceremony.snapshot();
  const codes: unknown[] = [];
  for (let count = 0; count < 20; count += 1) {
    const box = { sender: 'AAAA', nonce: 'AAAA', ciphertext: 'AAAA', holder: `name ${count}` };
    const { body } = await core.call('write', 'sys/unseal', { nonce, box }, { token: null });
    codes.push((body as { error_codes: unknown[] }).error_codes[0]);
  }
  assert.equal(
    codes.filter((code) => code === 'share.box-unreadable').length,
    wrongSharesPerSecondMax,
  );
  assert.equal(codes.at(-1), 'seal.too-many-attempts');
  await enter(core, 0);
  assert.equal(core.built.ceremony.snapshot().state, 'collecting');
});

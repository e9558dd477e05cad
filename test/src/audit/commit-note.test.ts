/** F-14: what the notes of commits say of the log, and that a trail finds its lost end by them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commitNote, logNameOf, notedRecords } from '../../../src/audit/commit-note.ts';
import { benchTrail, entry, keysOf, linesOf, settle } from './support/bench-trail.ts';
import { MemoryDevice } from './support/memory-device.ts';

const own = logNameOf('node-1', keysOf('node-1'));
const renewed = logNameOf('node-1', keysOf('other keys'));
const foreign = logNameOf('node-2', keysOf('node-2'));

test('the highest record counts, in whatever order the commits came', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(Number.MAX_SAFE_INTEGER), { minLength: 1 }), (indexes) => {
      const notes = indexes.map((index) => commitNote(own, index));
      assert.deepEqual(notedRecords(notes, own), { own: Math.max(...indexes), before: undefined });
    }),
  );
});

test('notes of other nodes, of other lengths and none at all say nothing', () => {
  const notes = [commitNote(foreign, 9_000), new Uint8Array(8), new Uint8Array(64)];
  assert.deepEqual(notedRecords(notes, own), { own: undefined, before: undefined });
  assert.deepEqual(notedRecords([], own), { own: undefined, before: undefined });
});

test('of the logs that a node had before, the newest is named', () => {
  const oldest = logNameOf('node-1', keysOf('oldest keys'));
  const notes = [
    commitNote(own, 4),
    commitNote(renewed, 70),
    commitNote(renewed, 71),
    commitNote(oldest, 9_000),
  ];
  const log = Buffer.from(keysOf('other keys').publicKey.subarray(0, 8)).toString('hex');
  assert.deepEqual(notedRecords(notes, own), { own: 4, before: { log, index: 71 } });
});

/** A log of some records, killed before its closing checkpoint. */
async function killedLog(count: number): Promise<MemoryDevice> {
  const device = new MemoryDevice();
  const { trail } = benchTrail([device]);
  await trail.start();
  for (let number = 0; number < count; number += 1) await trail.append(entry(number));
  await settle();
  return device;
}

function cut(device: MemoryDevice, lines: number): MemoryDevice {
  const shorter = new MemoryDevice(device.name);
  const kept = device.text.split('\n').slice(0, -1 - lines);
  shorter.files = [Buffer.from(`${kept.join('\n')}\n`)];
  return shorter;
}

type Started = {
  readonly kinds: readonly string[];
  readonly message: string;
  readonly events: readonly (readonly [string | undefined, unknown])[];
};

async function startOn(
  devices: readonly MemoryDevice[],
  options: Parameters<typeof benchTrail>[1],
): Promise<Started> {
  const { trail, alarms } = benchTrail(devices, options);
  await trail.start();
  await trail.stop();
  const [device] = devices;
  const events = linesOf(device ?? new MemoryDevice()).filter(({ event }) => {
    return event === 'audit_tail_lost' || event === 'audit_log_begun';
  });
  return {
    kinds: alarms.map(({ kind }) => kind),
    message: alarms.map(({ message }) => message).join(' '),
    events: events.map(({ event, details }) => [event, details]),
  };
}

test('F-14: an end cut off behind the last checkpoint is found by what the store has seen', async () => {
  const device = await killedLog(5);
  const notes = [commitNote(own, 4), commitNote(own, 5), commitNote(own, 3)];
  const whole = await startOn([cut(device, 0)], { notes });
  assert.deepEqual([whole.kinds, whole.events], [[], []]);
  const short = await startOn([cut(device, 2)], { notes });
  assert.deepEqual(short.kinds, ['tail-lost']);
  assert.match(short.message, /ends before record 4, but the store has seen record 5; keep/);
  assert.deepEqual(short.events, [
    [
      'audit_tail_lost',
      { log_ends_before: 4, seen_by_store: 5, lost: 2, perhaps_never_written: false },
    ],
  ]);
});

test('F-14: records behind the last commit can be cut off unnoticed: the store knows no reads', async () => {
  const device = await killedLog(5);
  const { kinds } = await startOn([cut(device, 2)], { notes: [commitNote(own, 3)] });
  assert.deepEqual(kinds, []);
});

test('after a kill or a power cut, where that explains it, it is told as what it may be', async () => {
  const device = await killedLog(5);
  const options = { notes: [commitNote(own, 5)], endMayBeUnwritten: true };
  const { kinds, message, events } = await startOn([cut(device, 1)], options);
  assert.deepEqual(kinds, ['tail-unwritten']);
  assert.match(message, /a power cut leaves this where a device does not sync/);
  assert.equal(events.length, 1);
});

test('a device that cannot be read, and may have the rest, is named; one that has it is enough', async () => {
  const device = await killedLog(5);
  const notes = [commitNote(own, 5)];
  const broken = new MemoryDevice('broken');
  broken.trouble = 'gone';
  const { message } = await startOn([cut(device, 2), broken], { notes });
  assert.match(message, /ends before record 4 \(not read to its end: broken\), but the store/);
  const second = cut(device, 0);
  const both = await startOn([cut(device, 2), second], { notes });
  assert.deepEqual(both.kinds, []);
});

test('a new log of a node that had another one says so, and is not held to the old numbers', async () => {
  const notes = [commitNote(renewed, 900)];
  const { kinds, message, events } = await startOn([new MemoryDevice()], { notes });
  assert.deepEqual(kinds, ['log-begun']);
  assert.match(message, /the store has seen record 900 of this node's log before/);
  assert.equal(events[0]?.[0], 'audit_log_begun');
  const goneOn = await startOn([cut(await killedLog(2), 0)], { notes });
  assert.deepEqual([goneOn.kinds, goneOn.events], [[], []]);
});

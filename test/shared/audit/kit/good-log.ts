/**
 * A good audit log of three files, the same bytes on every run: fixed keys, a fixed clock, fixed
 * records. The kit damages copies of it.
 */
import { commitNote, logNameOf } from '../../../../src/audit/commit-note.ts';
import {
  benchTrail,
  entry,
  keysOf,
  type NamedFile,
} from '../../../src/audit/support/bench-trail.ts';
import { MemoryDevice } from '../../../src/audit/support/memory-device.ts';

export interface GoodLog {
  /** Oldest first. */
  readonly files: readonly NamedFile[];
  /** The newest checkpoint, as the agent keeps it beside its data. */
  readonly kept: Uint8Array;
}

const recordsPerFile = [300, 40, 20] as const;

/** Makes the log of a node. `word` stands in every record: another word is another history. */
export async function goodLog(
  node = 'node-1',
  word = 'plum',
  device = new MemoryDevice(),
): Promise<GoodLog> {
  const { trail, keeper } = benchTrail([device], { node, crypto: keysOf(node) });
  await trail.start();
  for (const [at, count] of recordsPerFile.entries()) {
    if (at > 0) device.due = 'full';
    for (let number = 0; number < count; number += 1) await trail.append(entry(number, { word }));
  }
  await trail.stop();
  const names = ['audit.log.1', 'audit.log.2', 'audit.log'];
  const files = device.files.map((bytes, at) => ({ name: names[at] ?? '', bytes }));
  return { files, kept: keeper.line ?? new Uint8Array(0) };
}

/** The newest file, cut at its end, and what an agent makes of it whose store has seen the end. */
export async function goneOnFrom(
  { name, bytes }: NamedFile,
  endMayBeUnwritten: boolean,
): Promise<Uint8Array> {
  const device = new MemoryDevice(name);
  const text = Buffer.from(bytes).toString('latin1').split('\n').slice(0, -4).join('\n');
  device.files = [Buffer.from(`${text}\n`, 'latin1')];
  const notes = [commitNote(logNameOf('node-1', keysOf('node-1')), 367)];
  const { trail } = benchTrail([device], { notes, endMayBeUnwritten });
  await trail.start();
  await trail.append(entry(99));
  await trail.stop();
  return device.bytes;
}

/** The same history on two devices, of which the second failed for a while. */
export async function twoDevices(): Promise<{
  readonly first: GoodLog;
  readonly second: NamedFile[];
}> {
  const [first, second] = [new MemoryDevice('first.log'), new MemoryDevice('second.log')];
  const { trail, clock, keeper } = benchTrail([first, second]);
  await trail.start();
  const add = async (count: number): Promise<void> => {
    for (let number = 0; number < count; number += 1) await trail.append(entry(number));
  };
  await add(10);
  second.trouble = 'full';
  await add(10);
  second.trouble = 'none';
  for (let step = 0; step < 30; step += 1) {
    clock.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await add(10);
  await trail.stop();
  const names = ['second.log.1', 'second.log'];
  return {
    first: {
      files: [{ name: 'first.log', bytes: first.bytes }],
      kept: keeper.line ?? new Uint8Array(0),
    },
    second: second.files.map((bytes, at) => ({ name: names[at] ?? '', bytes })),
  };
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HeldTurns, type TurnKind, Turns } from '../../../src/store/turns.ts';

const keys = ['a', 'b', 'c'];
const footprint = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.constantFrom('shared', 'exclusive')), {
    minLength: 1,
    maxLength: 3,
    selector: ([key]) => key,
  })
  .map((pairs) => new Map(pairs as [string, TurnKind][]));

/** Lets everybody go on who can. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** Takes turns at once and tells whether it holds them. */
function taking(turns: Turns, key: string, kind: TurnKind): { holds: boolean; end(): void } {
  const held = new HeldTurns(turns);
  const taken = { holds: false, end: () => held.end() };
  void held.take(new Map([[key, kind]])).then(() => {
    taken.holds = true;
  });
  return taken;
}

test('who shares does so together, who writes is alone, and nobody overtakes', async () => {
  const turns = new Turns();
  const kinds = ['shared', 'shared', 'exclusive', 'shared', 'shared', 'exclusive'] as const;
  const all = kinds.map((kind) => taking(turns, 'a', kind));
  const holding = async (): Promise<number[]> => {
    await settled();
    return all.flatMap(({ holds }, index) => (holds ? [index] : []));
  };
  assert.deepEqual(await holding(), [0, 1]);
  assert.equal(turns.isFree('a', 'shared'), false, 'a writer waits, who would be overtaken');
  all[0]?.end();
  assert.deepEqual(await holding(), [0, 1]);
  all[1]?.end();
  assert.deepEqual(await holding(), [0, 1, 2]);
  all[2]?.end();
  assert.deepEqual(await holding(), [0, 1, 2, 3, 4]);
  all[3]?.end();
  all[4]?.end();
  assert.deepEqual(await holding(), [0, 1, 2, 3, 4, 5]);
  all[5]?.end();
  assert.ok(turns.idle);
});

test('whatever is taken in whatever order, everybody comes to hold it, and rightly', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(footprint, { maxLength: 30 }), async (footprints) => {
      const turns = new Turns();
      const holding = new Set<Map<string, TurnKind>>();
      const run = async (wanted: Map<string, TurnKind>): Promise<void> => {
        const held = new HeldTurns(turns);
        await held.take(wanted);
        assert.ok(held.isFree({ footprint: () => wanted }));
        for (const other of holding) assert.ok(agree(other, wanted));
        holding.add(wanted);
        await settled();
        holding.delete(wanted);
        held.end();
      };
      await Promise.all(footprints.map((wanted) => run(new Map(wanted))));
      assert.ok(turns.idle);
    }),
  );
});

function agree(one: Map<string, TurnKind>, other: Map<string, TurnKind>): boolean {
  return [...one].every(([key, kind]) => {
    const theirs = other.get(key);
    return theirs === undefined || (kind === 'shared' && theirs === 'shared');
  });
}

test('what is held is kept where no more is wanted, and given back for more', async () => {
  const turns = new Turns();
  const held = new HeldTurns(turns);
  await held.take(new Map([['b', 'exclusive']]));
  const waiting = taking(turns, 'b', 'exclusive');
  await held.take(new Map([['b', 'shared']]));
  await settled();
  assert.equal(waiting.holds, false);
  const more = held.take(
    new Map([
      ['a', 'exclusive'],
      ['b', 'exclusive'],
    ]),
  );
  await settled();
  assert.equal(waiting.holds, true, 'the other one, who waited for it, goes first');
  waiting.end();
  await more;
  held.end();
  assert.ok(turns.idle);
});

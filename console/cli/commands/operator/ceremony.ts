/** `strongbox operator ceremony`: how the ceremony stands, or the end of its attempt. */
import type { CeremonySnapshot } from '../../../../shared/control/topics.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { formatTime } from '../../../../shared/units/time.ts';
import { onControl } from '../../../client/control-once.ts';
import { type Command, defineCommand } from '../../command.ts';
import { objectTable } from '../../output/table.ts';

export const command: Command = defineCommand({
  arguments: '',
  description:
    'Everybody who takes part sees by whom an attempt was aborted, and why. Exit code 2 while ' +
    'shares are missing.',
  flags: {
    abort: { type: 'text', description: 'Drop the shares that are in, for this reason' },
    name: { type: 'text', description: 'Your name, as the others are told' },
  },
  examples: [
    ['operator ceremony', 'Which shares are in, who takes part, until when'],
    ['operator ceremony --abort wrong-set-of-shares', 'Begin anew'],
  ],
  async run({ flags, context }) {
    const snapshot = await onControl(context.place(), undefined, async (session) => {
      const { name, abort } = flags;
      if (name !== undefined) await session.call('presence', { name, view: 'command line' });
      const now = await session.call('ceremony.status', {});
      if (abort === undefined) return now;
      return session.call('ceremony.reset', { nonce: now.nonce, reason: abort });
    });
    await context.printer.result({
      value: JSON.parse(JSON.stringify(snapshot)) as JsonObject,
      table: () => objectTable(factsOf(snapshot)),
    });
    return snapshot.state === 'done' ? 0 : 2;
  },
});

function factsOf(snapshot: CeremonySnapshot): JsonObject {
  const { ceremony, state, attempt, entered, threshold, count, deadlineAtMs } = snapshot;
  const shares = entered.map(({ index, by }) =>
    by === undefined ? `${index}` : `${index} (${by})`,
  );
  return {
    ceremony,
    state,
    attempt,
    shares: `${entered.length} of ${threshold} needed, ${count} in the set`,
    entered: shares,
    deadline: deadlineAtMs === undefined ? 'none' : formatTime(Math.floor(deadlineAtMs)),
    here: snapshot.participants.map(({ name }) => name),
    nonce: snapshot.nonce,
  };
}

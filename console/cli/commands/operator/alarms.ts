/** `strongbox operator alarms`: what is wrong, and what to do about it. */
import type { AlarmsSnapshot } from '../../../../shared/control/topics.ts';
import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { formatTime } from '../../../../shared/units/time.ts';
import { onControl } from '../../../client/control-once.ts';
import { endpointText } from '../../../client/endpoint.ts';
import { type Command, defineCommand } from '../../command.ts';
import { safeText } from '../../output/safe-text.ts';

export const command: Command = defineCommand({
  arguments: '',
  description: 'Needs "read" on sys/control/alarms. Exit code 2 while a critical one is open.',
  flags: {},
  examples: [
    ['operator alarms', 'Each with the line of its runbook'],
    ['operator alarms --format json', 'For a script, with those that were cleared'],
  ],
  async run({ context }) {
    const place = context.place();
    const alarms = await onControl(place, context.token?.token, async (session) => {
      const { snapshot } = await session.call('subscribe', { topic: 'alarms' });
      if (snapshot.kind === 'alarms') return snapshot;
      const reason = 'it answers with another topic';
      throw failure('client.answer-malformed', { endpoint: endpointText(place.endpoint), reason });
    });
    await context.printer.result({
      value: JSON.parse(JSON.stringify(alarms)) as JsonObject,
      table: () => textOf(alarms),
    });
    return alarms.open.some(({ severity }) => severity === 'critical') ? 2 : 0;
  },
});

function textOf({ open }: AlarmsSnapshot): string {
  if (open.length === 0) return 'No alarm is open.\n';
  const blocks = open.map(({ severity, node, sentence, runbook, raisedAtMs }) =>
    [
      `${severity.toUpperCase()}  ${node}  since ${formatTime(Math.floor(raisedAtMs))}`,
      `  ${sentence}`,
      `  -> ${runbook}`,
    ]
      .map((line) => `${safeText(line)}\n`)
      .join(''),
  );
  return blocks.join('\n');
}

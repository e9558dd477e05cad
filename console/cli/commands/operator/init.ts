/** `strongbox operator init`: make the key, its shares and the first root token. */
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { numberIn, textsIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { rowsTable } from '../../output/table.ts';

export const command: Command = defineCommand({
  arguments: '',
  description: 'What it prints is shown once and kept nowhere: have the holders at hand.',
  flags: {
    shares: { type: 'count', aliases: ['key-shares', 'n'], description: 'Shares to make (3)' },
    threshold: {
      type: 'count',
      aliases: ['key-threshold', 't'],
      description: 'Shares that are needed to unseal (2)',
    },
    status: { type: 'switch', description: 'Only say whether there is a key; exit code 0 or 2' },
  },
  examples: [
    ['operator init', 'Three shares, any two of which unseal'],
    ['operator init --shares 5 --threshold 3', 'Five holders, any three of whom unseal'],
  ],
  async run({ flags, context }) {
    if (flags.status === true) return showStatus(context);
    const { shares, threshold } = flags;
    const body = {
      ...(shares !== undefined && { secret_shares: shares }),
      ...(threshold !== undefined && { secret_threshold: threshold }),
    };
    const client = context.clientWith(undefined);
    const made = await client.request({ operation: 'write', path: 'sys/init', body });
    const status = await client.request({ operation: 'read', path: 'sys/seal-status' });
    const needed = numberIn(status.body, 't');
    await context.printer.result({ value: made.body, table: () => initText(made.body, needed) });
    return 0;
  },
});

async function showStatus(context: Context): Promise<number> {
  const client = context.clientWith(undefined);
  const { body } = await client.request({ operation: 'read', path: 'sys/init' });
  const there = body['initialized'] === true;
  const sentence = there ? 'There is a key.' : 'There is no key yet: `strongbox operator init`.';
  await context.printer.done(sentence, body);
  return there ? 0 : 2;
}

function initText(made: JsonObject, threshold: number): string {
  const shares = sharesOf(made);
  const rows = [
    ...shares.map((share, index): JsonValue[] => [`Share ${index + 1}`, share]),
    ['Root token', made['root_token'] ?? null],
  ];
  const which = threshold === shares.length ? 'All' : `Any ${threshold}`;
  return (
    `${rowsTable(['What', 'Value'], rows)}\n` +
    `${which} of the ${shares.length} shares unseal the agent; fewer tell nothing. Give each to ` +
    'another person now.\nNothing of this can be shown again.\n' +
    'Next: `strongbox operator unseal`, once for each share; then `strongbox login`.\n'
  );
}

/** Framed shares, or the plain ones of a server that has no others. */
function sharesOf(made: JsonObject): readonly string[] {
  const named = ['shares', 'keys_base64', 'keys'].map((name) => textsIn(made, name));
  return named.find((shares) => shares.length > 0) ?? [];
}

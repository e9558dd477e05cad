/** `strongbox kv history`: show the versions of a secret and what became of them. */
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { kvPath } from '../../../client/kv-mount.ts';
import { objectIn, textIn } from '../../../client/members.ts';
import { type Command, defineCommand } from '../../command.ts';
import { rowsTable } from '../../output/table.ts';
import { findVersioned, mountFlag, pathText } from './place.ts';

export const command: Command = defineCommand({
  arguments: '<path>',
  argumentTexts: pathText,
  flags: mountFlag,
  examples: [['kv history secret/app/db', 'Newest first']],
  async run({ flags, arguments: [typed = ''], context }) {
    const client = context.client();
    const place = await findVersioned(client, typed, flags.mount);
    const metadata = await client.data({ operation: 'read', path: kvPath(place, 'metadata') });
    const rows = historyRows(metadata);
    await context.printer.result({
      value: rows,
      fields: metadata,
      table: () =>
        rowsTable(
          ['Version', 'State', 'Created', 'Deleted'],
          rows.map((row) => [row.version, row.state, row.created_time, row.deletion_time]),
        ),
    });
  },
});

interface HistoryRow extends JsonObject {
  readonly version: number;
  readonly state: string;
  readonly created_time: JsonValue;
  readonly deletion_time: JsonValue;
}

function historyRows(metadata: JsonObject): HistoryRow[] {
  const versions = objectIn(metadata, 'versions');
  return Object.keys(versions)
    .map(Number)
    .sort((left, right) => right - left)
    .map((version) => {
      const facts = objectIn(versions, String(version));
      return {
        version,
        state: stateOf(facts, version === metadata['current_version']),
        created_time: facts['created_time'] ?? '',
        deletion_time: facts['deletion_time'] ?? '',
      };
    });
}

/** A moment of deletion that lies ahead leaves the version readable until then. */
function stateOf(facts: JsonObject, newest: boolean): string {
  if (facts['destroyed'] === true) return 'destroyed';
  const deletion = Date.parse(textIn(facts, 'deletion_time'));
  if (deletion <= Date.now()) return 'deleted';
  return newest ? 'newest' : 'kept';
}

import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import { numberIn } from '../../client/members.ts';
import type { Result } from './printer.ts';
import { rowsTable } from './table.ts';

/** The state of the seal, as `status` and the ceremonies show it. */

const rows: readonly (readonly [heading: string, field: string])[] = [
  ['Address', 'address'],
  ['Seal type', 'type'],
  ['Initialised', 'initialized'],
  ['Sealed', 'sealed'],
  ['Shares', 'n'],
  ['Threshold', 't'],
  ['Shares entered', 'progress'],
  ['Ceremony', 'nonce'],
  ['Version', 'strongbox_version'],
  ['API version', 'version'],
  ['Storage', 'storage_type'],
  ['Cluster', 'cluster_name'],
  ['Cluster id', 'cluster_id'],
];

/** `status` is the body of `sys/seal-status`; `address` says who was asked. */
export function sealStatusResult(status: JsonObject, address: string): Result {
  const value = { ...status, address };
  const shown = rows.filter(([, field]) => Object.hasOwn(value, field));
  const cells = shown.map(([heading, field]): JsonValue[] => [heading, fieldOf(value, field)]);
  return {
    value,
    table: () => `${rowsTable(['Key', 'Value'], cells)}\n${sentenceOf(status)}\n`,
  };
}

/** The state and what mends it, in one line. */
function sentenceOf(status: JsonObject): string {
  if (status['initialized'] === false) {
    return 'There is no key yet: `strongbox operator init` makes one.';
  }
  if (status['sealed'] === false) return 'The agent is unsealed and serves requests.';
  const missing = numberIn(status, 't') - numberIn(status, 'progress');
  const shares = missing === 1 ? 'one more share is' : `${missing} more shares are`;
  return `The agent is sealed: ${shares} needed (\`strongbox operator unseal\`).`;
}

function fieldOf(status: JsonObject, field: string): JsonValue {
  return status[field] ?? null;
}

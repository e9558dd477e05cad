/**
 * Audit log and store of a stopped agent, side by side: the log is whole, and no commit stands in
 * the store whose record is not in the log. A record without its effect is fine: it says that
 * something was about to be done.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeHistory, type NotedEvent } from '../../../agent/replica/history-codec.ts';
import { verifyAuditFiles } from '../../../console/client/audit-verify.ts';

interface LogLine {
  readonly index: number;
  readonly type?: string;
  readonly id?: string;
  readonly effect?: boolean;
}

export interface Comparison {
  /** Requests with an effect that have no response record: at most, nobody was told. */
  readonly unanswered: number;
  readonly commits: number;
}

/** Keys are counted and rotated by the agent itself; the request that asks for it is recorded. */
const keyringKey = /^core\/keyring\//;
const intentKey = /^ns\/\w+\/intents\//;
/** The first commit founds the cluster, before there is a request that could be counted. */
const foundingKey = 'core/seal';

export async function compareLogAndStore(folder: string): Promise<Comparison> {
  const data = join(folder, 'data');
  const paths = readdirSync(join(folder, 'audit'))
    .toSorted()
    .map((name) => join(folder, 'audit', name));
  const report = await verifyAuditFiles(paths, {
    publicKeyFile: join(data, 'audit.pub'),
    auditKeyFile: join(data, 'audit.key'),
    checkpointFile: join(data, 'audit.checkpoint'),
  });
  assert.equal(report.ok, true, report.sentence);
  const lines = paths.flatMap(linesOf);
  const commits = commitsOf(join(data, 'store.db'));
  checkRecorded(commits, new Map(lines.map((line) => [line.index, line])));
  const answered = new Set(lines.flatMap(({ type, id }) => (type === 'response' ? [id] : [])));
  const begun = lines.filter(({ type, effect }) => type === 'request' && effect === true);
  const unanswered = begun.filter(({ id }) => !answered.has(id)).length;
  return { unanswered, commits: commits.length };
}

function checkRecorded(
  commits: readonly NotedEvent[],
  recorded: ReadonlyMap<number, LogLine>,
): void {
  const intents = new Set<string>();
  for (const { revision, note, changes } of commits) {
    const puts = changes.flatMap((change) => (change.kind === 'put' ? [change.entry.key] : []));
    const deletes = changes.flatMap((change) => (change.kind === 'delete' ? [change.key] : []));
    if (note.length > 0) {
      const index = Number(Buffer.from(note).readBigUInt64BE());
      const type = recorded.get(index)?.type ?? 'nothing';
      assert.ok(['request', 'duty'].includes(type), `revision ${revision} names ${index}: ${type}`);
    } else if (!puts.includes(foundingKey)) {
      const unrecorded = puts.filter((key) => !(keyringKey.test(key) || intents.has(key)));
      assert.deepEqual(unrecorded, [], `revision ${revision} names no record`);
      const finishes = deletes.length === 0 || intents.size > 0;
      assert.ok(finishes, `revision ${revision} removes without a record or an intent`);
    }
    for (const key of puts.filter((one) => intentKey.test(one))) intents.add(key);
    for (const key of deletes) intents.delete(key);
  }
  assert.deepEqual([...intents], [], 'what was begun is finished');
}

function linesOf(path: string): LogLine[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as LogLine);
}

function commitsOf(path: string): NotedEvent[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('select changes from history order by revision').all();
  database.close();
  return rows.flatMap((row) => decodeHistory(row['changes'] as Uint8Array));
}

/**
 * The store's file: what is in it, and the statements that are run on it. All SQL of the agent is
 * in this file, constant, with values passed as parameters.
 *
 * Several keys, values and rows go into one statement as two parameters: their bytes in one blob,
 * and a JSON list of positions in it. One call a batch is what makes it fast: each call crosses to
 * another thread and back.
 *
 * A batch of commits is one INSERT into the temporary view `step`, whose triggers write the tables.
 * So a batch is one statement, which SQLite makes atomic and durable by itself: there is no BEGIN
 * that could be left open, and nothing to roll back.
 */
import { pageCachePages, walBytesKept } from './limits.ts';

/** "SBox": says whose file it is. */
export const applicationId = 0x53_42_6f_78;
/** Version of the tables. A newer one is refused. */
export const schemaVersion = 1;

/** Tables by name; compared word by word with those of a file that is opened. */
export const tables: ReadonlyMap<string, string> = new Map([
  [
    'entries',
    'CREATE TABLE entries (key BLOB PRIMARY KEY, created INTEGER NOT NULL, ' +
      'modified INTEGER NOT NULL, version INTEGER NOT NULL, value BLOB NOT NULL) ' +
      'STRICT, WITHOUT ROWID',
  ],
  // One row a batch, under its last revision; `first` is its first.
  [
    'history',
    'CREATE TABLE history (revision INTEGER PRIMARY KEY, first INTEGER NOT NULL, ' +
      'changes BLOB NOT NULL) STRICT',
  ],
  // One row: what holds at the newest revision, and the newest cluster time that is kept.
  [
    'state',
    'CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, ' +
      'cluster_time INTEGER NOT NULL, history_from INTEGER NOT NULL, ' +
      'history_bytes INTEGER NOT NULL) STRICT',
  ],
]);

/**
 * Settings of a connection. `synchronous = FULL` syncs the write-ahead file with every commit;
 * exclusive locking keeps other processes out and needs no shared memory file; checkpoints are
 * ours, because SQLite hides the errors of those that it does by itself.
 */
export const connectionSettings = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA wal_autocheckpoint = 0;
  PRAGMA journal_size_limit = ${walBytesKept};
  PRAGMA cache_size = ${pageCachePages};
  PRAGMA temp_store = MEMORY;
  PRAGMA mmap_size = 0;
  PRAGMA trusted_schema = OFF;
  PRAGMA cell_size_check = ON;
  PRAGMA secure_delete = FAST;
`;

/** The one setting that is kept in the file: made after the file was found to be ours. */
export const writeAheadMode = 'PRAGMA journal_mode = WAL';

/** Settings whose failure would be silent: how they are read, and what must come back. */
export const checkedSettings: ReadonlyMap<string, string | number> = new Map<
  string,
  string | number
>([
  ['PRAGMA locking_mode', 'exclusive'],
  ['PRAGMA journal_mode', 'wal'],
  ['PRAGMA synchronous', 2],
  ['PRAGMA trusted_schema', 0],
  ['PRAGMA cell_size_check', 1],
]);

/** Makes the tables of a new file, all or none. */
export const createFile = [
  'BEGIN IMMEDIATE',
  ...tables.values(),
  'INSERT INTO state VALUES (1, 0, 0, 1, 0)',
  `PRAGMA application_id = ${applicationId}`,
  `PRAGMA user_version = ${schemaVersion}`,
  'COMMIT;',
].join(';\n');

/** Kinds of rows inserted into `step`. */
export const stepKinds = { put: 1, delete: 2, finish: 3 } as const;

/**
 * The temporary view and what an insert into it does. `put`: the entry (key, created, modified,
 * version, value). `delete`: the key. `finish`, once a batch: its changes (value) under its first
 * and last revision, history up to a revision forgotten, and the new state.
 */
export const stepView = `
  CREATE TEMP VIEW step AS SELECT 0 AS kind, NULL AS key, NULL AS value,
    0 AS a, 0 AS b, 0 AS c, 0 AS d, 0 AS e, 0 AS f;
  CREATE TEMP TRIGGER step_put INSTEAD OF INSERT ON step
    WHEN NEW.kind = ${stepKinds.put} BEGIN
    INSERT INTO main.entries (key, created, modified, version, value)
      VALUES (NEW.key, NEW.a, NEW.b, NEW.c, NEW.value)
      ON CONFLICT (key) DO UPDATE SET created = excluded.created,
        modified = excluded.modified, version = excluded.version, value = excluded.value;
  END;
  CREATE TEMP TRIGGER step_delete INSTEAD OF INSERT ON step
    WHEN NEW.kind = ${stepKinds.delete} BEGIN
    DELETE FROM main.entries WHERE key = NEW.key;
  END;
  CREATE TEMP TRIGGER step_finish INSTEAD OF INSERT ON step
    WHEN NEW.kind = ${stepKinds.finish} BEGIN
    INSERT INTO main.history (revision, first, changes) VALUES (NEW.a, NEW.b, NEW.value);
    DELETE FROM main.history WHERE revision <= NEW.c;
    UPDATE main.state SET revision = NEW.a, cluster_time = NEW.d, history_from = NEW.e,
      history_bytes = NEW.f WHERE id = 1;
  END;
`;

/** ?1: bytes. ?2: JSON [[kind, keyAt, keyLength, valueAt, valueLength, a, b, c, d, e, f], …]. */
export const writeSteps = `
  INSERT INTO step (kind, key, value, a, b, c, d, e, f)
  SELECT s.value ->> 0,
    substr(?1, s.value ->> 1, s.value ->> 2), substr(?1, s.value ->> 3, s.value ->> 4),
    s.value ->> 5, s.value ->> 6, s.value ->> 7, s.value ->> 8, s.value ->> 9, s.value ->> 10
  FROM json_each(?2) AS s`;

/** ?1: cluster time that was told and lies beyond that of the last commit. */
export const writeTime = 'UPDATE state SET cluster_time = ?1 WHERE id = 1 AND cluster_time < ?1';

/** What is wanted of a key: its entry, and perhaps its value; or the last one behind it. */
export const readKinds = { entry: 0, whole: 1, lastBehind: 2 } as const;

/**
 * ?1: keys. ?2: JSON [[kind, keyAt, keyLength, belowAt, belowLength], …], where what is last behind
 * a key has its bound. ?3: bytes of a value that is read unasked. One row for each key that is
 * there, with its position in the list; `value` is null where it is not wanted or too large, `key`
 * where it is as was asked.
 */
export const readKeys = `
  SELECT r.key AS position, e.created, e.modified, e.version,
    CASE r.value ->> 0
      WHEN ${readKinds.whole} THEN e.value
      WHEN ${readKinds.lastBehind} THEN CASE WHEN length(e.value) <= ?3 THEN e.value END
    END AS value,
    CASE r.value ->> 0 WHEN ${readKinds.lastBehind} THEN CAST(e.key AS TEXT) END AS key
  FROM json_each(?2) AS r
  CROSS JOIN entries AS e ON e.key = CASE r.value ->> 0
    WHEN ${readKinds.lastBehind} THEN (
      SELECT key FROM entries
      WHERE key > substr(?1, r.value ->> 1, r.value ->> 2)
        AND key < substr(?1, r.value ->> 3, r.value ->> 4)
      ORDER BY key DESC LIMIT 1)
    ELSE substr(?1, r.value ->> 1, r.value ->> 2)
  END`;

/**
 * ?1 and ?2: keys from and below. ?3: how many. One row for all of them, a JSON list each of keys,
 * facts and lengths of values: a row of its own for each costs five times as much, in the binding.
 * The inner statement has a limit, so it is run as it stands, and the lists are in its order.
 */
export const readPage = `
  SELECT json_group_array(CAST(key AS TEXT)) AS keys, json_group_array(created) AS created,
    json_group_array(modified) AS modified, json_group_array(version) AS versions,
    json_group_array(bytes) AS sizes
  FROM (
    SELECT key, created, modified, version, length(value) AS bytes FROM entries
    WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT ?3
  )`;

/** ?1: a revision. ?2: how many rows. */
export const readHistory = `
  SELECT changes FROM history WHERE revision >= ?1 ORDER BY revision LIMIT ?2`;

/** ?1: a revision. ?2: how many rows. */
export const readHistorySizes = `
  SELECT revision, length(changes) AS bytes FROM history
  WHERE revision > ?1 ORDER BY revision LIMIT ?2`;

/** ?1: a revision. The newest row of revisions before it. */
export const readHistoryBefore = `
  SELECT first, changes FROM history WHERE revision < ?1 ORDER BY revision DESC LIMIT 1`;

export const readState = `
  SELECT revision, cluster_time, history_from, history_bytes FROM state`;

export const readApplicationId = 'PRAGMA application_id';
export const readSchemaVersion = 'PRAGMA user_version';
export const readSchema = `SELECT name, sql FROM sqlite_schema ORDER BY name`;

/** Moves what the write-ahead file holds into the store's file. */
export const checkpoint = 'PRAGMA wal_checkpoint(PASSIVE)';

/** The same, and cuts the write-ahead file to nothing. */
export const emptyWal = 'PRAGMA wal_checkpoint(TRUNCATE)';

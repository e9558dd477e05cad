import type { ErrorArea } from './spec.ts';

export const storeErrors = {
  'store.overloaded': {
    status: 429,
    exit: 2,
    retryable: true,
    message: 'too many operations wait for the store; try again after the time in Retry-After',
  },
  'store.compacted': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the watched revision is older than the oldest change kept; read again, then watch',
  },
  'store.contended': {
    status: 503,
    exit: 2,
    retryable: true,
    message: 'the same entries were changed by others {attemptsMax} times in a row; try again',
  },
  'store.limit': {
    status: 400,
    exit: 2,
    retryable: false,
    message:
      'the operation is larger than the store takes ({limit}: at most {maximum}); ask for less at once',
  },
  'store.key-invalid': {
    status: 400,
    exit: 2,
    retryable: false,
    message: 'the store cannot hold an entry of that name: {reason}',
  },
  'store.closed': {
    status: 503,
    exit: 2,
    retryable: true,
    message: 'the store is closed because the agent stops; try again when it is back',
  },
  'store.disk-full': {
    status: 503,
    exit: 2,
    retryable: true,
    message:
      'the disk of the data folder is full: nothing was written, reads go on; free some space, ' +
      'no restart is needed',
  },
  'store.read-only': {
    status: 503,
    exit: 2,
    retryable: true,
    message:
      'the data folder cannot be written: nothing was written; check that its disk is not ' +
      'mounted read-only and that its files belong to the agent',
  },
  'store.io': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the disk of the data folder reported an error; a write that was not confirmed may or may ' +
      'not be there after the next start; check the disk (dmesg) before you start the agent again',
  },
  'store.failed': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'the store met an error that nobody expected, and the agent stops at once; a write that was ' +
      'not confirmed may or may not be there after the next start; report what the server log says',
  },
  'store.corrupt': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      "the store's file is damaged ({reason}); keep a copy of the data folder and restore a backup",
  },
  'store.behind-log': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'confirmed writes are missing in {path}: the store is at revision {revision}, and the audit ' +
      'log has recorded {recorded}. Keep a copy of both folders, and put store.db and ' +
      'store.db-wal back as they were; if an older copy was restored on purpose, restore the ' +
      'audit files of the same backup, or move them away: a new log begins',
  },
  'store.intent-unknown': {
    status: 500,
    exit: 2,
    retryable: false,
    message:
      'unfinished work of the kind "{kind}" is stored, which this version does not know; start ' +
      'the version that began it and let it finish',
  },
  'store.in-use': {
    status: 503,
    exit: 1,
    retryable: false,
    message: "another program holds the store's file; stop it, then start the agent again",
  },
  'store.format-newer': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      "the store's file has format {version}, made by a newer StrongBox; this one knows {known}: " +
      'start the newer version',
  },
} as const satisfies ErrorArea;

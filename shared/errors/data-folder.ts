import type { ErrorArea } from './spec.ts';

/** All of them end the start of an agent before anything was changed. */
export const dataFolderErrors = {
  'data-folder.locked': {
    status: 503,
    exit: 1,
    retryable: false,
    message:
      'the data folder {path} is in use by process {pid}, started {startedAt}; stop that ' +
      'process, or give this agent a folder of its own',
  },
  'data-folder.unusable': {
    status: 500,
    exit: 1,
    retryable: false,
    message: '{path} cannot be {action} ({code}); check the path, its owner and its disk',
  },
  'data-folder.wrong-type': {
    status: 500,
    exit: 1,
    retryable: false,
    message: '{path} is not {expected}; move it away, or name another data folder',
  },
  'data-folder.mode': {
    status: 500,
    exit: 1,
    retryable: false,
    message: 'other users may read or change {path} (mode {mode}); run: chmod {wanted} {path}',
  },
  'data-folder.owner': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      '{path} belongs to user {owner}, but the agent runs as user {user}; start it as the owner, ' +
      'or run: chown -R {user} {folder}',
  },
  'data-folder.files': {
    status: 500,
    exit: 1,
    retryable: false,
    message: 'the data folder {path} holds more than {filesMax} files; name a folder of its own',
  },
  'data-folder.format-newer': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      'the data folder {path} has format {version}, made by a newer StrongBox; this one knows ' +
      '{known}: start the newer version',
  },
  'data-folder.format-invalid': {
    status: 500,
    exit: 1,
    retryable: false,
    message: '{path} does not name a format; restore the data folder from a backup, with all files',
  },
  'data-folder.file-missing': {
    status: 500,
    exit: 1,
    retryable: false,
    message:
      '{path} is missing, so this data folder is not whole and would lose confirmed writes; put ' +
      'the file back, or restore the data folder from a backup, with all files',
  },
} as const satisfies ErrorArea;

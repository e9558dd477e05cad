import type { ErrorArea } from './spec.ts';

/** Mistakes on the command line itself. Nothing was sent. */
export const cliErrors = {
  'cli.usage': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{problem}. See `strongbox {command} --help`',
  },
  'cli.command-unknown': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'there is no command {command}. See `strongbox --help`{suggestion}',
  },
  'cli.field-unknown': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'the answer has no field {field}; it has: {fields}',
  },
  'cli.input-unreadable': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{source} cannot be read ({reason}); check its path and mode',
  },
  'cli.input-too-large': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{source} is larger than {inputBytesMax} bytes; give less at once',
  },
  'cli.input-empty': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{source} is empty, but {what} was expected there',
  },
  'cli.input-malformed': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{source} is not {expected}: {reason}',
  },
  'cli.prompt-aborted': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'stopped; nothing was sent',
  },
  'cli.prompt-too-long': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'that is longer than {promptBytesMax} bytes; nothing was sent',
  },
  'cli.method-missing': {
    status: 400,
    exit: 1,
    retryable: false,
    message: 'this version knows no login method {method}. Log in with a token: `strongbox login`',
  },
  'cli.kv-version': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{mount} is a KV mount of version 1, which has no {what}',
  },
  'cli.kv-version-gone': {
    status: 404,
    exit: 2,
    retryable: false,
    message: 'version {version} of {path} is {state}{cure}',
  },
  'cli.policy-invalid': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{source} has mistakes ({count}, see above); nothing was changed',
  },
  'cli.file-unwritable': {
    status: 400,
    exit: 1,
    retryable: false,
    message: '{file} cannot be written ({reason}); it is as it was',
  },
  'cli.console-not-built': {
    status: 500,
    exit: 1,
    retryable: false,
    message: 'the console is not built yet: run `npm run build` in the project folder',
  },
} as const satisfies ErrorArea;

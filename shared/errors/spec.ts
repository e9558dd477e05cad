/**
 * What the registry says of one error. Messages are templates: `{name}` is replaced by a parameter
 * that the thrower vouches for (a limit, a field's name, a count), never by a secret or raw input.
 */
export interface ErrorSpec {
  /** HTTP status on the wire. */
  readonly status: number;
  /** Exit code of the command line: 1 local, 2 remote or sealed, 3 audit record bad. */
  readonly exit: 1 | 2 | 3;
  /** Whether the same request may succeed later without being changed. */
  readonly retryable: boolean;
  /** What failed and what to do. An empty message is Vault's `{"errors":[]}`. */
  readonly message: string;
}

/** One area's errors; codes are `area.what-happened` and are never reused for another meaning. */
export type ErrorArea = Readonly<Record<string, ErrorSpec>>;

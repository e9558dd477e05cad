/** What the reporter inside a test process tells the runner: one JSON line an event, on fd 3. */
export type TestRecord = PassRecord | SkipRecord | FailRecord | EndRecord;

interface NamedRecord {
  /** Names of the enclosing tests and of the test itself. */
  readonly names: readonly string[];
}

export interface PassRecord extends NamedRecord {
  readonly kind: 'pass';
}

export interface SkipRecord extends NamedRecord {
  readonly kind: 'skip';
  readonly reason: string;
}

export interface FailRecord extends NamedRecord {
  readonly kind: 'fail';
  /** The error as Node's inspector prints it: message, difference, stack, causes. */
  readonly detail: string;
}

/** The test process reached its end; without it, it died or was ended before that. */
export interface EndRecord {
  readonly kind: 'end';
}

/** The descriptor that the runner opens for the reporter, beside stdin, stdout and stderr. */
export const recordDescriptor = 3;

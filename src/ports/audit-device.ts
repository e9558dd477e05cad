/**
 * One place that keeps the audit log, as files that are only appended to. Every device gets the
 * same bytes; where its files begin is its own. The trail (src/audit/trail.ts) owns the chain, the
 * order and the deadlines: it never calls an operation while another one of the same device runs,
 * except `abandon`.
 *
 * Every operation rejects with `audit.device` (parameters `device`, `kind`, `reason`, `cure`).
 * After a rejection, or after `abandon`, the device has failed, and only `open` may be called.
 */
export interface AuditDevice {
  /** For records, logs and error messages; unique among the devices of an agent. */
  readonly name: string;

  /**
   * Opens the active file if there is one, for reading and appending. First proves, when
   * `trialBytes` is not 0, that so many bytes can be written at the place, and leaves nothing of
   * them: lines that fail again would have used up indexes for nothing.
   */
  open(trialBytes: number): Promise<OpenedLog>;

  /** Bytes `[offset, offset + length)` of the active file, fewer at its end. */
  read(offset: number, length: number): Promise<Uint8Array>;

  /** Cuts the active file to its first `bytes` bytes, durably. */
  truncate(bytes: number): Promise<void>;

  /**
   * Appends whole lines. Resolves when they are as durable as configured (`sync: always`: on the
   * disk, as after fdatasync). A rejection says that they may not be there, or only in part.
   */
  append(lines: Uint8Array): Promise<void>;

  /**
   * Closes and keeps the active file (under a name of its own, if it still lies where it was), and
   * begins a new one with these lines, as durable as `append`. Whatever else lies at the place is
   * moved aside, never overwritten.
   */
  startFile(firstIndex: number, lines: Uint8Array): Promise<void>;

  /** Why the next lines should begin a new file: its size, or somebody moved it away. */
  readonly due: 'full' | 'moved' | undefined;

  /** Gives up the operation that is running (it hangs); it need not settle. */
  abandon(): void;

  close(): Promise<void>;
}

export interface OpenedLog {
  /** Size of the active file; 0 when there is none. */
  readonly bytes: number;
  /**
   * It is the very file that this device wrote before it failed, so what was confirmed in it is
   * there; false at the agent's start.
   */
  readonly continues: boolean;
}

/** Where the newest checkpoint is kept, apart from the log, so that a lost tail is noticed. */
export interface CheckpointKeeper {
  /** The line that `save` kept last, without newline; undefined when there is none. */
  load(): Promise<Uint8Array | undefined>;
  /** Replaces it, durably and as one step. */
  save(line: Uint8Array): Promise<void>;
}

/**
 * One place that keeps the audit log. Every device gets the same bytes. The adapter owns rotation,
 * reopening and its own queue; hanging is failing (it keeps a deadline).
 */
export interface AuditDevice {
  readonly name: string;
  /**
   * Appends whole lines (each with its newline). Resolves when they are as durable as configured
   * (`sync: always`: fdatasync returned). Rejects when they may not be there; the device then has
   * failed until `recover` succeeds.
   */
  append(lines: readonly Uint8Array[]): Promise<void>;
}

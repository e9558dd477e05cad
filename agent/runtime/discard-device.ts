/** The audit device of `--dev`, which keeps nothing: no folder, no log, and it never fails. */
import type { AuditDevice, OpenedLog } from '../../src/ports/audit-device.ts';

export class DiscardDevice implements AuditDevice {
  readonly name = 'discard';
  readonly due = undefined;

  async open(): Promise<OpenedLog> {
    return { bytes: 0, continues: false };
  }

  async read(): Promise<Uint8Array> {
    return new Uint8Array(0);
  }

  async truncate(): Promise<void> {}

  async append(): Promise<void> {}

  async startFile(): Promise<void> {}

  abandon(): void {}

  async close(): Promise<void> {}
}

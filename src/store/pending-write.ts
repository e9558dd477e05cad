/** A write that an attempt has buffered, and what a view answers for it before it is committed. */
import type { WrittenForm } from './decoded-values.ts';
import type { StoredValue } from './view.ts';

/** The namespace whose keyring seals an entry; undefined for an entry stored in clear. */
export type Sealing = string | undefined;

export interface PendingWrite {
  readonly sealing: Sealing;
  /** The plaintext of a put; undefined for a delete. */
  readonly value: Uint8Array | undefined;
  readonly written?: WrittenForm;
}

/** What is read back: it has no revision and no version yet; undefined after a delete. */
export function pendingValue(write: PendingWrite): StoredValue | undefined {
  return write.value && { value: write.value, modRevision: 0, version: 0 };
}

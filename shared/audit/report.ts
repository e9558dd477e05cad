/** What the offline verifier found, as data; `sentences.ts` says it in English. */

import type { LostEnd } from './lost-end.ts';

export interface VerifyReport {
  /**
   * No record is bad, none is missing between the first and the last, none that was kept is lost.
   */
  readonly ok: boolean;
  /** The verdict, one line. */
  readonly sentence: string;
  /** What else a reader must know (unsigned tail, older records not given, …), one line each. */
  readonly notes: readonly string[];
  /** Records read and found good, those that several files hold counted in each. */
  readonly records: number;
  readonly bytes: number;
  /** In the order of their first records, whatever the order they were given in. */
  readonly files: readonly VerifiedFile[];
  readonly firstBad: BadRecord | undefined;
  /** Records that none of the files holds, between the first and the last record. */
  readonly gaps: readonly Gap[];
  /** Records at the end that no checkpoint or header covers yet. */
  readonly unsignedTail: number;
  readonly head: LogHead | undefined;
}

export interface VerifiedFile {
  readonly name: string;
  /** Undefined when the file holds no record. */
  readonly firstIndex: number | undefined;
  readonly records: number;
  readonly bytes: number;
  /** Bytes behind the last newline: a line being written, or torn by a crash. */
  readonly tornBytes: number;
}

/** The end of the log: to be compared with what somebody else wrote down. */
export interface LogHead {
  readonly node: string;
  /** Lines up to here, the oldest that were deleted included. */
  readonly size: number;
  /** RFC 6962 tree hash over all of them, hexadecimal. */
  readonly root: string;
  /** Public key in the files' headers, hexadecimal. */
  readonly publicKey: string;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly before: VerifiedFile;
  readonly after: VerifiedFile;
}

export interface BadRecord {
  readonly file: string;
  /** Undefined when it cannot be known: the file does not begin with a header. */
  readonly index: number | undefined;
  /** Offset in the file at which the bad line begins. */
  readonly byte: number;
  readonly what: BadWhat;
}

export type BadWhat =
  | { readonly kind: 'not-a-record' }
  | { readonly kind: 'too-long' }
  | { readonly kind: 'no-header' }
  | { readonly kind: 'summary-malformed'; readonly summary: SummaryName }
  | { readonly kind: 'format' }
  | { readonly kind: 'public-key' }
  | { readonly kind: 'joined'; readonly node: string }
  | { readonly kind: 'signature'; readonly summary: SummaryName }
  | { readonly kind: 'summary'; readonly summary: SummaryName }
  | { readonly kind: 'audit-key' }
  | { readonly kind: 'mac' }
  | { readonly kind: 'missing'; readonly from: number; readonly to: number }
  | { readonly kind: 'repeated'; readonly found: number }
  | { readonly kind: 'prev' }
  | { readonly kind: 'uncovered' }
  | { readonly kind: 'gap'; readonly from: number; readonly to: number; readonly next: string }
  | { readonly kind: 'fork'; readonly other: string }
  /** A good record that tells of it; `index` is its own. */
  | ({ readonly kind: 'end-lost' } & LostEnd)
  | { readonly kind: 'kept-differs' }
  | { readonly kind: 'kept-lost'; readonly kept: number }
  | { readonly kind: 'kept-bad' }
  | { readonly kind: 'nothing' };

export type SummaryName = 'header' | 'checkpoint';

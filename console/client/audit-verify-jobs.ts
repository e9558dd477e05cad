/** What the verifying thread is given and what it tells: plain, cloneable data. */
import type { VerifyReport } from '../../shared/audit/report.ts';
import type { ControlProblem } from './control-problem.ts';

export type VerifyJob =
  /** A log that comes line by line: `name` stands for the file in sentences. */
  | { readonly kind: 'stream'; readonly name: string }
  | { readonly kind: 'files'; readonly paths: readonly string[] };

export type MessageToVerifier =
  /** Whole lines without their newlines, in order; `taken` answers. */
  { readonly kind: 'lines'; readonly lines: readonly string[] } | { readonly kind: 'end' };

export type MessageFromVerifier =
  /** `done` and `total` count bytes of files; a stream tells its records alone. */
  | {
      readonly kind: 'progress';
      readonly done: number;
      readonly total: number;
      readonly records: number;
    }
  | { readonly kind: 'taken'; readonly records: number; readonly failed: boolean }
  | { readonly kind: 'report'; readonly report: VerifyReport }
  | { readonly kind: 'failed'; readonly problem: ControlProblem };

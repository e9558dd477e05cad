/** A verification of an audit log by this console, as it goes on. */
import type { VerifyReport } from '../../../shared/audit/report.ts';
import type { ControlProblem } from '../../client/control-problem.ts';

/** What is verified: a node's log, streamed from it, or files on this host. */
export type VerifySource =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'files'; readonly paths: readonly string[] };

export interface VerifyProgress {
  /** Records or bytes: what the total counts. */
  readonly done: number;
  readonly total: number;
  readonly records: number;
}

export type VerifyState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'running';
      readonly source: VerifySource;
      readonly startedAtMs: number;
      readonly progress: VerifyProgress;
    }
  | {
      readonly kind: 'done';
      readonly source: VerifySource;
      readonly report: VerifyReport;
      readonly tookMs: number;
    }
  | { readonly kind: 'failed'; readonly source: VerifySource; readonly problem: ControlProblem };

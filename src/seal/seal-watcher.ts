/** What those are told who follow the seal: what happened, and for whom. */
import type { ErrorCode } from '../../shared/errors/registry.ts';

/** Who sealed and why, for those who watch and for the audit log; empty for the agent itself. */
export interface SealAct {
  readonly by?: string;
  readonly reason?: string;
}

/** What those who watch are told besides the progress of an unseal. None of it may throw. */
export interface SealWatcher {
  /** A share was refused; one of a flood is not told. */
  refused(code: ErrorCode, by: string | undefined): void;
  /** What was entered was dropped because somebody asked for it. */
  reset(by: string | undefined, reason: string): void;
  /** The server holds its keys now, or does not. */
  changed(sealed: boolean, act: SealAct): void;
}

/** Called, one after the other, when the server is sealed or unsealed. */
export type SealListener = (act: SealAct) => void | Promise<void>;

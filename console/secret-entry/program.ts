/** What the program does from its start to its end (main.ts). */
import { url as inspectorUrl } from 'node:inspector';
import { isFailure, StrongBoxError } from '../../shared/errors/failure.ts';
import { safeText } from '../cli/output/safe-text.ts';
import { EntryChannel } from './entry-channel.ts';
import { EntryStage } from './entry-stage.ts';
import type { SecretEntryJob } from './protocol.ts';
import { enterShare, readPassphrase, readToken } from './read-jobs.ts';
import { seenRecorders } from './recorders.ts';
import { showShares } from './show-shares.ts';

const signals = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGQUIT', 131],
  ['SIGTERM', 143],
] as const;

/** What fits the first line beside its own words. */
const titleColumnsMax = 40;

let stage: EntryStage | undefined;

/** No report, no debugger: either would hold what is entered here. */
function refuseWitnesses(): void {
  process.report.reportOnFatalError = false;
  process.report.reportOnSignal = false;
  process.report.reportOnUncaughtException = false;
  if (inspectorUrl() !== undefined) process.exit(1);
}

/** Whatever ends the process, the screen is wiped first. */
function leaveOnEveryEnd(): void {
  process.once('exit', () => stage?.leave());
  for (const [signal, code] of signals) process.once(signal, () => process.exit(code));
  process.once('uncaughtException', () => process.exit(1));
}

/** Takes one job, does it, and ends the process: 0 when what came of it was said. */
export async function runProgram(): Promise<void> {
  refuseWitnesses();
  leaveOnEveryEnd();
  const channel = new EntryChannel(() => process.exit(1));
  const message = await channel.next();
  if (message?.type !== 'job') process.exit(1);
  try {
    stage = new EntryStage(titleOf(message.job), warning(), () => process.exit(129));
    await work(stage, message.job, channel);
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    const what = isFailure(error, 'entry.boxes-unreadable') ? error.parameters['what'] : '';
    await channel.send({ type: 'failed', code: error.code, what: String(what) });
  }
  process.exit(0);
}

function work(at: EntryStage, job: SecretEntryJob, channel: EntryChannel): Promise<void> {
  switch (job.kind) {
    case 'enter-share': {
      return enterShare(at, job, channel);
    }
    case 'show-shares': {
      return showShares(at, job, channel);
    }
    case 'passphrase': {
      return readPassphrase(at, job, channel);
    }
    case 'token': {
      return readToken(at, job, channel);
    }
  }
}

function titleOf(job: SecretEntryJob): string {
  return 'cluster' in job ? safeText(job.cluster).slice(0, titleColumnsMax) : '';
}

function warning(): string {
  const seen = seenRecorders(process.env);
  return seen.length === 0 ? '' : `this terminal may be recorded (${seen.join(', ')})`;
}

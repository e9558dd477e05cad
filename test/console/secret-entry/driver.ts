/**
 * Stands in for the console on a pseudo-terminal: does one job by the launcher and writes what came
 * of it to a file, so that the terminal carries what the program itself writes and nothing else.
 * Arguments: a file for the outcome, and the job with what is around it as JSON.
 */
import { writeFileSync } from 'node:fs';
import { sealFor } from '../../../agent/seal/seal-for.ts';
import { runSecretEntry } from '../../../console/secret-entry/launch.ts';
import type { FoundedBoxes, SecretEntryJob } from '../../../console/secret-entry/protocol.ts';
import { initShareName, initTokenName } from '../../../shared/control/sealed-share.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { SystemRandom } from '../../../agent/runtime/random.ts';

export interface DriverTask {
  readonly job: SecretEntryJob;
  readonly program?: string;
  /** For `show-shares`: what the boxes hold. */
  readonly shares?: readonly string[];
  readonly token?: string;
  /** For `show-shares`: sealed to somebody else. */
  readonly receiver?: string;
  readonly foundFails?: boolean;
}

const [outcomeFile = '', taskText = ''] = process.argv.slice(2);
const task = JSON.parse(taskText) as DriverTask;

function found(receiver: string): Promise<FoundedBoxes> {
  if (task.foundFails === true) throw new Error('the agent said no');
  const shares = (task.shares ?? []).map((text, at) => ({
    name: initShareName(at + 1),
    bytes: Buffer.from(text),
  }));
  const token = { name: initTokenName, bytes: Buffer.from(task.token ?? '') };
  const { sender, boxes } = sealFor(
    task.receiver ?? receiver,
    [...shares, token],
    new SystemRandom(),
  );
  const sealedShares = boxes.slice(0, -1);
  return Promise.resolve({ sender, sealedShares, sealedRootToken: boxes.at(-1) ?? '', setId: '' });
}

async function outcome(): Promise<unknown> {
  const { job, program } = task;
  const stop = new AbortController();
  process.once('SIGUSR2', () => stop.abort());
  try {
    const result = await runSecretEntry(job, {
      found,
      ...(program !== undefined && { program }),
      signal: stop.signal,
    });
    return 'passphrase' in result
      ? { ...result, passphrase: Buffer.from(result.passphrase).toString('latin1') }
      : result;
  } catch (error) {
    if (error instanceof StrongBoxError) return { failed: error.code, message: error.message };
    return { failed: error instanceof Error ? error.message : 'unknown' };
  }
}

writeFileSync(outcomeFile, JSON.stringify(await outcome()));

/**
 * A secret that the agent holds in a file until the cluster is founded, and that the sealed store
 * holds afterwards: the key of the certificate authority. It is stored in the founding commit; the
 * file goes once that is durable, or at the next unseal if the agent died in between.
 */
import { equalConstantTime } from '../crypto/compare.ts';
import { rootNamespaceId } from '../namespaces/layout.ts';
import { type TransactionRoom, transact } from '../store/transact.ts';
import type { Attempt, View } from '../store/view.ts';

const depositPrefix = 'core/';
const depositKey = 'authority-key';

/** The agent's side of it. The core zeroes every array it gets or gives, when the call is over. */
export interface Deposit {
  /** The secret while it is still a file. */
  take(): Uint8Array | undefined;
  /** It is in the store: the file must go. Idempotent. */
  stored(): void;
  /** The secret, after each unseal. */
  unsealed(secret: Uint8Array): Promise<void>;
}

/** Puts the secret into the founding commit; returns what the caller zeroes after it. */
export function putDeposit(attempt: Attempt, deposit: Deposit): readonly Uint8Array[] {
  const secret = deposit.take();
  if (secret === undefined) return [];
  viewOf(attempt).put(depositKey, secret);
  return [secret];
}

/** Hands the secret to the agent, once the keys are there. Throws what the agent's side throws. */
export async function returnDeposit(room: TransactionRoom, deposit: Deposit): Promise<void> {
  const { result } = await transact(room, (attempt) => viewOf(attempt).get(depositKey));
  if (result === undefined) return;
  try {
    removeFile(deposit, result.value);
  } finally {
    // That the file stays is no reason to do without what it held.
    await deposit.unsealed(result.value).finally(() => result.value.fill(0));
  }
}

/** A file with another secret is of an agent that had to begin anew: it is the only copy. */
function removeFile(deposit: Deposit, stored: Uint8Array): void {
  const file = deposit.take();
  try {
    if (file === undefined || equalConstantTime(file, stored)) deposit.stored();
  } finally {
    file?.fill(0);
  }
}

function viewOf(attempt: Attempt): View {
  return attempt.view(depositPrefix, rootNamespaceId);
}

/** A token whose answer was lost: nobody was given it, so it is ended again, whole. */
import { rootNamespaceId } from '../namespaces/layout.ts';
import type { Intents } from '../store/intents.ts';
import { type TransactionRoom, transact } from '../store/transact.ts';
import { revokeTree } from '../tokens/token-revocation.ts';

/** Throws what the store throws: the token then lives to its deadline, or until it is revoked. */
export async function takeTokenBack(
  { room, intents }: { readonly room: TransactionRoom; readonly intents: Intents },
  id: string,
): Promise<void> {
  const { result: intent } = await transact(room, (attempt) => revokeTree(attempt, id));
  if (intent !== undefined) await intents.run(rootNamespaceId, intent);
}

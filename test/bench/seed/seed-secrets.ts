/**
 * Writes many secrets of KV version 2 at once: each as the engine writes a first version (metadata
 * and data, adjacent keys), as many in one transaction as it takes, and enough transactions under
 * way that the next ones are sealed while SQLite writes the last. They are not looked for first: a
 * secret that is there already is replaced.
 */
import { rootNamespaceId } from '../../../shared/ids.ts';
import { versionKey } from '../../../src/engines/kv/keys.ts';
import { encodeStored } from '../../../src/engines/kv/stored-json.ts';
import { addVersion, newMetadata, saveMetadata } from '../../../src/engines/kv/v2/metadata.ts';
import { transactionOperationsMax } from '../../../src/limits.ts';
import { mountDataPrefix, namespacePrefix } from '../../../src/namespaces/layout.ts';
import { readMounts } from '../../../src/namespaces/mounts.ts';
import type { Stamp } from '../../../src/ports/store.ts';
import { transact } from '../../../src/store/transact.ts';
import type { View } from '../../../src/store/view.ts';
import { inLanes } from '../in-lanes.ts';
import type { UnsealedStore } from './unsealed-store.ts';

const entriesOfSecret = 2;
/** More than fill a batch of the store: what is beyond it is sealed meanwhile. */
const lanes = 256;

export interface SecretsPlan {
  /** As in `secret/`. */
  readonly mountPath: string;
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly pathOf: (index: number) => string;
  readonly data: Readonly<Record<string, string>>;
  readonly onProgress?: (done: number) => void;
}

export async function seedSecrets(opened: UnsealedStore, plan: SecretsPlan): Promise<void> {
  const { room } = opened;
  const found = await transact(room, (attempt) => readMounts(attempt, rootNamespaceId));
  const mount = found.result.at(plan.mountPath);
  if (mount === undefined) throw new Error(`nothing is mounted at ${plan.mountPath}`);
  const prefix = namespacePrefix(rootNamespaceId) + mountDataPrefix(mount.id);
  let stamp: Stamp = found;
  const chunkSize = transactionOperationsMax / entriesOfSecret;
  await inLanes({ ...plan, chunkSize, lanes }, async (first, end) => {
    stamp = await transact(
      room,
      async (attempt) => {
        const view = attempt.view(prefix, rootNamespaceId);
        for (let index = first; index < end; index += 1) {
          putSecret(view, plan.pathOf(index), plan.data, attempt.clusterTimeMs);
        }
      },
      { startedAt: stamp },
    );
  });
}

/** As src/engines/kv/v2/data-handlers.ts does where there was nothing. */
function putSecret(view: View, path: string, data: SecretsPlan['data'], createdMs: number): void {
  const created = { createdMs, deletionMs: undefined };
  const { metadata } = addVersion(newMetadata(createdMs), created, 0);
  saveMetadata(view, path, metadata);
  view.put(versionKey(path, metadata.currentVersion), encodeStored(data));
}

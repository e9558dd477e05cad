/**
 * Loaded before everything else: the driver's limits become so small that short runs reach them.
 * Logs are cut behind a few entries, so that whoever lags needs a snapshot, in many chunks; digests
 * are compared every few entries; batches are of two or three.
 */
import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';

const tight: Readonly<Record<string, number>> = {
  applyBatchEntriesMax: 3,
  checkpointEntries: 16,
  checkpointsKeptMax: 4,
  logBatchBytesMax: 200,
  logCutEntries: 3,
  pinnedEntriesMax: 60,
  promotionLagEntriesMax: 30,
  proposalBatchBytesMax: 200,
  snapshotChunkBytes: 64,
  snapshotPageBytesMax: 32,
  snapshotSilenceTicksMax: 60,
  trailingEntriesMax: 5,
};

const address = new URL('../../../src/replica/limits.ts', import.meta.url).href;

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (url !== address) return loaded;
    const { source } = loaded;
    assert.ok(source !== undefined && source !== null, 'a source file has a source');
    let text = typeof source === 'string' ? source : new TextDecoder().decode(source);
    for (const [name, value] of Object.entries(tight)) text = withLimit(text, name, value);
    return { ...loaded, source: text };
  },
});

function withLimit(text: string, name: string, value: number): string {
  const declaration = new RegExp(`^export const ${name} = [\\d_]+;$`, 'm');
  assert.match(text, declaration, `there is the limit ${name}`);
  return text.replace(declaration, `export const ${name} = ${value};`);
}

/** Fills the store of an agent in a folder that stays, and says what that took. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchOptions } from '../options.ts';
import { SeededAgent } from './seeded-agent.ts';

const defaultSecrets = 2_250_000;
const bytesPerMegabyte = 1_000_000;
/** How often it is told how far it is, at the most. */
const tellEveryMs = 10_000;

export async function benchSeed({ folder, secrets = defaultSecrets }: BenchOptions): Promise<void> {
  if (folder === undefined) throw new Error('seed: say --folder F, where the agent shall lie');
  await using seeded = await SeededAgent.open({ folder });
  const before = seeded.secrets;
  const begun = performance.now();
  let told = begun;
  await seeded.seedSecrets(secrets, (done) => {
    if (performance.now() - told < tellEveryMs) return;
    told = performance.now();
    console.log(`${(before + done).toLocaleString('en')} secrets`);
  });
  const seconds = (performance.now() - begun) / 1_000;
  const { size } = await stat(join(seeded.dataFolder, 'store.db'));
  const rate = (secrets - before) / seconds;
  console.log(
    `${(secrets - before).toLocaleString('en')} secrets in ${seconds.toFixed(0)} s ` +
      `(${rate.toFixed(0)} a second); store.db has ${(size / bytesPerMegabyte).toFixed(0)} MB, ` +
      `${(size / secrets).toFixed(0)} bytes a secret`,
  );
  console.log(`agent.yaml, data and bench.json (shares and root token) lie in ${folder}`);
}

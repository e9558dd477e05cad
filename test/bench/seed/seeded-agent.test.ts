import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { temporaryFolder } from '../../support/temporary-folder.ts';
import { seedTokens } from './seed-tokens.ts';
import { SeededAgent } from './seeded-agent.ts';
import { secretData, seededSecret } from './seeded-secrets.ts';

/** Not a multiple of what one transaction takes. */
const secrets = 150;
const tokens = 70;

test('what was seeded is served like what was written, also when a folder is used again', async () => {
  await using folder = await temporaryFolder();
  const place = { folder: join(folder.path, 'agent') };
  {
    await using seeded = await SeededAgent.open(place);
    await seeded.seedSecrets(secrets - 1);
  }
  await using seeded = await SeededAgent.open(place);
  assert.equal(seeded.secrets, secrets - 1);
  await seeded.seedSecrets(secrets);
  let made: readonly string[] = [];
  await seeded.seed(async (store) => {
    made = await seedTokens(store, { count: tokens, policies: ['default'] });
  });
  await seeded.restart();

  const { agent, rootToken: token } = seeded;
  for (const index of [0, 64, secrets - 1]) {
    const path = `/v1/secret/data/${seededSecret(index)}`;
    const { json } = await agent.call('GET', path, { token });
    const { data } = json as { data: { data: unknown; metadata: { version: number } } };
    assert.deepEqual(data.data, secretData);
    assert.equal(data.metadata.version, 1);
  }
  const list = await agent.call('LIST', '/v1/secret/metadata/seed/00000', { token });
  assert.equal((list.json as { data: { keys: unknown[] } }).data.keys.length, secrets);

  assert.equal(new Set(made).size, tokens);
  const self = { token: made.at(-1) ?? '' };
  const looked = await agent.call('GET', '/v1/auth/token/lookup-self', self);
  const { data } = looked.json as { data: { policies: unknown } };
  assert.deepEqual(data.policies, ['default']);

  await assert.rejects(seeded.seedSecrets(1), /holds 150 secrets already/);
  assert.equal((await stat(join(place.folder, 'bench.json'))).mode & 0o777, 0o600);
});

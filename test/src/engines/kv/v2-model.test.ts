import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { kvV2Engine } from '../../../../src/engines/kv/v2/engine.ts';
import { EngineHarness, type Outcome } from '../harness.ts';

/**
 * KV version 2 against a model that was written from the API's description alone: a secret is a map
 * of numbered versions, nothing is encoded, nothing is stored, nothing is shared with the engine.
 */

interface ModelVersion {
  data: JsonObject | undefined;
  deletedAt: number | undefined;
  destroyed: boolean;
}

class ModelSecret {
  current = 0;
  oldest = 0;
  maxVersions = 0;
  deleteAfter = 0;
  casRequired = false;
  versions = new Map<number, ModelVersion>();
}

type Step = {
  readonly path: string;
  readonly data: JsonObject;
  readonly cas: number | undefined;
  readonly versions: readonly number[];
  readonly number: number;
  readonly flag: boolean;
} & { readonly kind: (typeof kinds)[number] };

const kinds = [
  'write',
  'write',
  'patch',
  'delete',
  'deleteVersions',
  'undelete',
  'destroy',
  'maxVersions',
  'deleteAfter',
  'casRequired',
  'mountMaxVersions',
  'remove',
  'wait',
] as const;

class Model {
  readonly secrets = new Map<string, ModelSecret>();
  mountMaxVersions = 0;
  now = 0;

  /** The status that the call must answer. */
  run(step: Step): number {
    const secret = this.secrets.get(step.path);
    switch (step.kind) {
      case 'write':
        return this.#write(step, secret);
      case 'patch':
        return this.#patch(step, secret);
      case 'delete':
        return this.#mark(secret, secret === undefined ? [] : [secret.current]);
      case 'deleteVersions':
        return this.#mark(secret, step.versions);
      case 'undelete':
        return this.#undelete(secret, step.versions);
      case 'destroy':
        return this.#destroy(secret, step.versions);
      case 'maxVersions':
      case 'deleteAfter':
      case 'casRequired':
        return this.#settings(step);
      case 'mountMaxVersions':
        this.mountMaxVersions = step.number;
        return 204;
      case 'remove':
        this.secrets.delete(step.path);
        return 204;
      case 'wait':
        this.now += step.number;
        return 204;
    }
  }

  readable(version: ModelVersion): boolean {
    const deleted = version.deletedAt !== undefined && version.deletedAt <= this.now;
    return !version.destroyed && !deleted;
  }

  #write(step: Step, known: ModelSecret | undefined): number {
    const secret = known ?? new ModelSecret();
    if (step.cas === undefined ? secret.casRequired : step.cas !== secret.current) return 400;
    this.#append(step.path, secret, step.data);
    return 200;
  }

  #patch(step: Step, secret: ModelSecret | undefined): number {
    if (secret === undefined) return 404;
    if (step.cas === undefined ? secret.casRequired : step.cas !== secret.current) return 400;
    const version = secret.versions.get(secret.current);
    if (version?.data === undefined || !this.readable(version)) return 404;
    const merged = new Map(Object.entries(version.data));
    for (const [name, value] of Object.entries(step.data)) {
      if (value === null) merged.delete(name);
      else merged.set(name, value);
    }
    this.#append(step.path, secret, Object.fromEntries(merged));
    return 200;
  }

  #append(path: string, secret: ModelSecret, data: JsonObject): void {
    const deletedAt = secret.deleteAfter === 0 ? undefined : this.now + secret.deleteAfter;
    this.secrets.set(path, secret);
    secret.current += 1;
    secret.versions.set(secret.current, { data, deletedAt, destroyed: false });
    const window = Math.max(secret.maxVersions, this.mountMaxVersions) || 10;
    if (secret.current - secret.oldest < window) return;
    secret.oldest = secret.current - window + 1;
    for (const number of secret.versions.keys()) {
      if (number < secret.oldest) secret.versions.delete(number);
    }
  }

  #mark(secret: ModelSecret | undefined, numbers: readonly number[]): number {
    for (const number of numbers) {
      const version = secret?.versions.get(number);
      if (version !== undefined && this.readable(version)) version.deletedAt = this.now;
    }
    return 204;
  }

  #undelete(secret: ModelSecret | undefined, numbers: readonly number[]): number {
    for (const number of numbers) {
      const version = secret?.versions.get(number);
      if (secret === undefined || version === undefined || version.destroyed) continue;
      version.deletedAt = secret.deleteAfter === 0 ? undefined : this.now + secret.deleteAfter;
    }
    return 204;
  }

  #destroy(secret: ModelSecret | undefined, numbers: readonly number[]): number {
    for (const number of numbers) {
      const version = secret?.versions.get(number);
      if (version === undefined) continue;
      version.destroyed = true;
      version.data = undefined;
    }
    return 204;
  }

  #settings(step: Step): number {
    const secret = this.secrets.get(step.path) ?? new ModelSecret();
    this.secrets.set(step.path, secret);
    if (step.kind === 'maxVersions') secret.maxVersions = step.number;
    if (step.kind === 'deleteAfter') secret.deleteAfter = step.number * 1_000;
    if (step.kind === 'casRequired') secret.casRequired = step.flag;
    return 204;
  }
}

type Kv = EngineHarness<typeof kvV2Engine.routes>;

function runEngine(kv: Kv, step: Step): Promise<Outcome> | undefined {
  const { path, data, versions } = step;
  const options = step.cas === undefined ? undefined : { cas: step.cas };
  const settings = (fields: object) =>
    kv.call('metadata', 'write', { path, fields: { ...fields } });
  switch (step.kind) {
    case 'write':
    case 'patch':
      return kv.call('data', step.kind, { path, fields: { data, options } });
    case 'delete':
      return kv.call('data', 'delete', { path });
    case 'deleteVersions':
      return kv.call('delete', 'write', { path, fields: { versions } });
    case 'undelete':
    case 'destroy':
      return kv.call(step.kind, 'write', { path, fields: { versions } });
    case 'maxVersions':
      return settings({ max_versions: step.number });
    case 'deleteAfter':
      return settings({ delete_version_after: step.number });
    case 'casRequired':
      return settings({ cas_required: step.flag });
    case 'mountMaxVersions':
      return kv.call('config', 'write', { fields: { max_versions: step.number } });
    case 'remove':
      return kv.call('metadata', 'delete', { path });
    case 'wait':
      kv.nowMs += step.number;
      return undefined;
  }
}

const paths = ['a', 'a/b', 'a/b/c', '__proto__'];
const fieldValue: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -5, max: 5 }),
  fc.string({ maxLength: 4 }),
);

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  path: fc.constantFrom(...paths),
  data: fc.dictionary(fc.constantFrom('x', 'y', 'constructor', 'z'), fieldValue, { maxKeys: 3 }),
  cas: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined, freq: 2 }),
  versions: fc.array(fc.integer({ min: 0, max: 14 }), { minLength: 1, maxLength: 4 }),
  number: fc.integer({ min: 0, max: 4 }),
  flag: fc.boolean(),
});

async function compareSecret(kv: Kv, model: Model, path: string): Promise<void> {
  const secret = model.secrets.get(path);
  const metadata = await kv.call('metadata', 'read', { path });
  assert.equal(metadata.status, secret === undefined ? 404 : 200);
  if (secret !== undefined) {
    const shown = metadata.data as JsonObject;
    const numbers = Object.keys(shown['versions'] as JsonObject).map(Number);
    assert.deepEqual(numbers, [...secret.versions.keys()]);
    assert.deepEqual(
      [shown['current_version'], shown['oldest_version']],
      [secret.current, secret.oldest],
    );
  }
  for (let number = 0; number <= (secret?.current ?? 0) + 1; number += 1) {
    await compareVersion(kv, model, path, number);
  }
}

async function compareVersion(kv: Kv, model: Model, path: string, number: number): Promise<void> {
  const secret = model.secrets.get(path);
  const version = secret?.versions.get(number || secret.current);
  const answer = await kv.call('data', 'read', { path, fields: { version: number } });
  if (version === undefined) {
    assert.deepEqual([answer.status, answer.data], [404, null]);
    return;
  }
  const shown = answer.data as { data: JsonObject | null; metadata: JsonObject };
  const readable = model.readable(version);
  const data = readable ? JSON.parse(JSON.stringify(version.data)) : null;
  assert.equal(answer.status, data === null ? 404 : 200);
  assert.deepEqual(shown.data, data);
  assert.equal(shown.metadata['destroyed'], version.destroyed);
  assert.equal(shown.metadata['deletion_time'] === '', version.deletedAt === undefined);
}

/** No data may outlive its version: what lies in the store is what the model still holds. */
async function compareKeys(kv: Kv, model: Model): Promise<void> {
  const expected = new Set<string>();
  for (const [path, secret] of model.secrets) {
    expected.add(`${path}\u0000m`);
    for (const [number, version] of secret.versions) {
      const digits = String(number).padStart(10, '0');
      if (!version.destroyed) expected.add(`${path}\u0000v${digits}`);
    }
  }
  const keys = (await kv.keys()).filter((key) => key !== '\u0000config');
  assert.deepEqual(new Set(keys), expected);
}

test('whatever is done in whatever order, the engine and the model agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const kv: Kv = new EngineHarness(kvV2Engine);
      const model = new Model();
      model.now = kv.nowMs;
      for (const [position, one] of steps.entries()) {
        const status = model.run(one);
        const answer = await runEngine(kv, one);
        if (answer !== undefined) {
          assert.equal(answer.status, status, `step ${position}: ${JSON.stringify(one)}`);
        }
        await compareSecret(kv, model, one.path);
      }
      for (const path of paths) await compareSecret(kv, model, path);
      await compareKeys(kv, model);
    }),
    { numRuns: 400 },
  );
});

test('writers who all bring the same cas: exactly one wins', async () => {
  const kv: Kv = new EngineHarness(kvV2Engine);
  for (let version = 0; version < 5; version += 1) {
    const writes = Array.from({ length: 8 }, (_, writer) =>
      kv.call('data', 'write', {
        path: 'a',
        fields: { data: { writer }, options: { cas: version } },
      }),
    );
    const statuses = (await Promise.all(writes)).map((outcome) => outcome.status);
    assert.deepEqual(statuses.sort(), [200, ...Array.from({ length: 7 }, () => 400)]);
  }
});

test('writers without cas all get a version of their own', async () => {
  const kv: Kv = new EngineHarness(kvV2Engine);
  const writes = Array.from({ length: 8 }, (_, writer) =>
    kv.call('data', 'write', { path: 'a', fields: { data: { writer } } }),
  );
  const versions = (await Promise.all(writes)).map(
    (outcome) => (outcome.data as JsonObject)['version'],
  );
  assert.deepEqual(versions.sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
});

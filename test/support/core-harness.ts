/**
 * A whole core on memory: real store, barrier, seal, audit trail, policies and engines, with a
 * clock that tests move. What is asked goes through `core.handle`, as every surface asks.
 *
 *     const harness = await unsealedCore();
 *     const answer = await harness.call('write', 'sys/mounts/secret', { type: 'kv-v2' });
 */
import assert from 'node:assert/strict';

import { decodeRequestPath } from '../../shared/path/decode.ts';
import { canonicalPath } from '../../shared/path/canonical.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/json/value.ts';
import { nodeCeremonyKeys } from '../../agent/seal/ceremony-keys.ts';
import { createAuditCrypto } from '../../src/audit/crypto.ts';
import { AuditHasher } from '../../src/audit/hasher.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { KeyringBarrier } from '../../src/barrier/keyring-barrier.ts';
import { type BuiltCore, buildCore } from '../../src/core/build-core.ts';
import type { Deposit } from '../../src/core/deposit.ts';
import type { CoreOptions } from '../../src/core/options.ts';
import type { CoreAnswer, CoreRequest, Remote } from '../../src/core/request.ts';
import type { EngineRegistry } from '../../src/core/steps/mount.ts';
import { cubbyholeEngine } from '../../src/engines/cubbyhole/engine.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { kvV1Engine } from '../../src/engines/kv/v1/engine.ts';
import { kvV2Engine } from '../../src/engines/kv/v2/engine.ts';
import type { CeremonyKeys } from '../../src/ports/ceremony-keys.ts';
import type { Log } from '../../src/ports/log.ts';
import { Seal } from '../../src/seal/seal.ts';
import { defaultLifetimeLimits } from '../../src/tokens/lifetime.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import { MemoryDevice } from '../src/audit/support/memory-device.ts';
import { ManualClock } from './manual-clock.ts';
import { SeededRandom } from './seeded-random.ts';

/** What can be said of a request besides method, path and body. */
export interface CallExtras {
  /** Default: the root token, once there is one; `null` sends none. */
  readonly token?: string | null;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly namespace?: string;
  readonly remote?: Partial<Remote>;
  readonly contentType?: string;
  readonly wrapTtlSeconds?: number;
  readonly aborted?: boolean;
  readonly id?: string;
}

/** An answer with its body as JSON that tests can look into. */
export interface HarnessAnswer {
  readonly status: number;
  readonly body: JsonValue;
  readonly raw: CoreAnswer;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: unknown;
}

/** A line of the audit log. */
export type AuditLine = JsonObject & { readonly type: string };

const defaultCoreOptions: CoreOptions = {
  nodeId: 'node-1',
  storageType: 'memory',
  version: '0.1.0',
  buildDate: '2030-01-01T00:00:00Z',
  initFrom: 'local',
  generateRootFrom: 'local',
  metricsAccess: 'token',
  lifetimes: defaultLifetimeLimits,
  auditDevices: [{ name: 'file', type: 'file', description: '', options: {} }],
  initialMounts: [],
};

/** The engines that the agent serves. */
export const harnessEngines: EngineRegistry = new Map<string, Engine>([
  ['kv-v1', kvV1Engine],
  ['kv-v2', kvV2Engine],
  ['cubbyhole', cubbyholeEngine],
]);

const localRemote: Remote = { address: '127.0.0.1', port: 40_000, transport: 'tcp', local: true };

export class CoreHarness {
  readonly clock = new ManualClock();
  readonly store: MemoryStore;
  readonly device: MemoryDevice;
  readonly trail: AuditTrail;
  readonly barrier: KeyringBarrier;
  readonly seal: Seal;
  readonly auditHasher = new AuditHasher();
  readonly ceremonyKeys: CeremonyKeys;
  readonly built: BuiltCore;
  readonly logs: LogLine[] = [];
  /** Assertions that failed: a test that does not expect them checks that there are none. */
  readonly fatal: Error[] = [];
  /** The framed shares and the root token of `initialise`. */
  shares: readonly string[] = [];
  rootToken = '';
  #requests = 0;

  constructor(
    options: Partial<CoreOptions> = {},
    engines: EngineRegistry = harnessEngines,
    deposit?: Deposit,
  ) {
    const { clock } = this;
    const random = new SeededRandom('core harness');
    const log = this.#log();
    this.store = new MemoryStore({ clock });
    this.device = new MemoryDevice('file');
    this.trail = new AuditTrail({
      devices: [this.device],
      crypto: createAuditCrypto({ macKey: random.bytes(32), signingSeed: random.bytes(32) }),
      node: 'node-1',
      keeper: { load: async () => undefined, save: async () => undefined },
      clock,
      timers: clock,
      log,
    });
    this.ceremonyKeys = nodeCeremonyKeys(random);
    const ports = { store: this.store, random, clock, timers: clock, log };
    this.barrier = new KeyringBarrier(ports);
    this.seal = new Seal({ ...ports, barrier: this.barrier, collectGarbage: () => undefined });
    this.built = buildCore({
      ...ports,
      barrier: this.barrier,
      seal: this.seal,
      trail: this.trail,
      auditHasher: this.auditHasher,
      engines,
      leadership: {
        current: () => ({ leaderId: 'node-1', term: 1 }),
        stepDown: async () => undefined,
      },
      ceremonyKeys: this.ceremonyKeys,
      metricsText: () => 'strongbox_up 1\n',
      ...(deposit !== undefined && { deposit }),
      options: { ...defaultCoreOptions, ...options },
      onFatal: (error) => this.fatal.push(error),
    });
  }

  async start(): Promise<void> {
    await this.trail.start();
    await this.seal.load();
    this.built.duties.lead(1);
  }

  /** Sends a request. The path is percent-decoded and made canonical as at the edge. */
  async call(
    method: CoreRequest['method'],
    path: string,
    body?: JsonValue | Uint8Array,
    extras: CallExtras | string = {},
  ): Promise<HarnessAnswer> {
    const said: CallExtras = typeof extras === 'string' ? { token: extras } : extras;
    const raw = await this.built.core.handle(this.request(method, path, body, said));
    const text = raw.body === undefined ? 'null' : JSON.stringify(raw.body);
    return { status: raw.status, body: JSON.parse(text) as JsonValue, raw };
  }

  /** The same for a call that must succeed: the `data` of its envelope. */
  async data(
    method: CoreRequest['method'],
    path: string,
    body?: JsonValue,
    extras: CallExtras | string = {},
  ): Promise<JsonObject> {
    const answer = await this.call(method, path, body, extras);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return ((answer.body as JsonObject | null)?.['data'] ?? {}) as JsonObject;
  }

  /** Makes a token; returns its `auth` block. */
  async createToken(
    wishes: JsonObject = {},
    extras: CallExtras | string = {},
  ): Promise<TokenAnswer> {
    const answer = await this.call('write', 'auth/token/create', wishes, extras);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return (answer.body as JsonObject)['auth'] as unknown as TokenAnswer;
  }

  /** Writes a policy. */
  async policy(name: string, policy: string): Promise<void> {
    await this.data('write', `sys/policies/acl/${name}`, { policy });
  }

  async initialise(body?: JsonValue): Promise<JsonObject> {
    const answer = await this.call('write', 'sys/init', body, { token: null });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const made = answer.body as unknown as { shares: string[]; root_token: string };
    this.shares = made.shares;
    this.rootToken = made.root_token;
    return answer.body as JsonObject;
  }

  async unseal(): Promise<void> {
    const { t } = (await this.call('read', 'sys/seal-status')).body as { t: number };
    for (const share of this.shares.slice(0, t)) {
      const answer = await this.call('write', 'sys/unseal', { share }, { token: null });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    }
    assert.equal(this.seal.sealed, false);
  }

  /** All lines of the audit log so far. */
  auditLines(): readonly AuditLine[] {
    const lines = this.device.text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as AuditLine);
  }

  /** The records of one request. */
  recordsOf(id: string): readonly AuditLine[] {
    return this.auditLines().filter((line) => line['id'] === id);
  }

  /** Everything that the store holds, as text: for searches of what must not be there. */
  storedText(): string {
    const entries = this.store.entriesAt(this.store.revision);
    return entries
      .map(({ key, value }) => `${key}\n${Buffer.from(value).toString('latin1')}`)
      .join('\n');
  }

  request(
    method: CoreRequest['method'],
    path: string,
    body: JsonValue | Uint8Array | undefined,
    extras: CallExtras,
  ): CoreRequest {
    this.#requests += 1;
    const { token = this.rootToken } = extras;
    const query = Object.entries(extras.query ?? {}).map(
      ([name, value]): [string, readonly string[]] => [name, [value].flat()],
    );
    return {
      id: extras.id ?? `request-${this.#requests}`,
      method,
      path: canonicalPath(decodeRequestPath(path)),
      token: token === null || token === '' ? undefined : token,
      namespace: extras.namespace,
      query: new Map(query),
      body: bodyBytes(body),
      contentType: extras.contentType,
      wrapTtlSeconds: extras.wrapTtlSeconds,
      remote: { ...localRemote, ...extras.remote },
      signal: extras.aborted === undefined ? undefined : { aborted: extras.aborted },
    };
  }

  #log(): Log {
    const line =
      (level: LogLine['level']) =>
      (message: string, fields?: unknown): void => {
        this.logs.push({ level, message, fields });
      };
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  }
}

/** The `auth` block of an answer. */
export interface TokenAnswer {
  readonly client_token: string;
  readonly accessor: string;
  readonly policies: readonly string[];
  readonly lease_duration: number;
  readonly renewable: boolean;
  readonly token_type: string;
  readonly orphan: boolean;
  readonly num_uses: number;
}

/** A core that was started and not initialised. */
export async function emptyCore(
  options: Partial<CoreOptions> = {},
  engines: EngineRegistry = harnessEngines,
): Promise<CoreHarness> {
  const harness = new CoreHarness(options, engines);
  await harness.start();
  return harness;
}

/** A core that was initialised (3 shares, 2 needed) and unsealed. */
export async function unsealedCore(
  options: Partial<CoreOptions> = {},
  engines: EngineRegistry = harnessEngines,
): Promise<CoreHarness> {
  const harness = await emptyCore(options, engines);
  await harness.initialise();
  await harness.unseal();
  return harness;
}

/** A member of a record or an answer that must be an object. */
export function partOf(whole: JsonObject | undefined, name: string): JsonObject {
  const part = whole?.[name];
  assert.ok(isJsonObject(part), `${name} is an object`);
  return part;
}

/** A member of an answer that must be text. */
export function textOf(data: JsonObject, name: string): string {
  const value = data[name];
  assert.ok(typeof value === 'string', `${name} is text`);
  return value;
}

function bodyBytes(body: JsonValue | Uint8Array | undefined): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body.slice();
  return new Uint8Array(Buffer.from(JSON.stringify(body)));
}

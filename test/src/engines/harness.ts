import assert from 'node:assert/strict';
import {
  type Decode,
  type DecodedValue,
  DecodedValues,
} from '../../../src/store/decoded-values.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { transact } from '../../../src/store/transact.ts';
import type { Answer, Caller, Engine, MountFacts } from '../../../src/engines/engine.ts';
import type { RouteMethod, RouteTable } from '../../../shared/api/route.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import { ClearBarrier } from '../../support/clear-barrier.ts';

/** What one request came to, as much of it as a client would see. */
export interface Outcome {
  readonly status: number;
  readonly data: JsonValue;
  readonly error: string;
  readonly warnings: readonly string[];
  readonly leaseSeconds: number | undefined;
}

export interface Request {
  readonly path?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly body?: JsonObject;
  readonly tokenId?: string;
}

/** Keeps decoded forms, and remembers those that came since they were last looked over. */
class WatchedForms extends DecodedValues {
  readonly fresh = new Map<string, { readonly decode: Decode<object>; readonly form: object }>();

  override keep<Form extends object>(
    key: string,
    decode: Decode<Form>,
    decoded: DecodedValue<Form> & { readonly bytes: number },
  ): void {
    this.fresh.set(key, { decode, form: decoded.form });
    super.keep(key, decode, decoded);
  }
}

type AnyHandler = (call: unknown) => Promise<Answer>;

const mountPrefix = 'ns/root/data/m1/';
const mount: MountFacts = {
  path: 'secret/',
  accessor: 'kv_1',
  options: {},
  defaultLeaseTtlSeconds: 2_764_800,
  maxLeaseTtlSeconds: 2_764_800,
};

/**
 * One engine on a memory store, called as the core calls it: each request is a transaction. After
 * each the decoded forms that it left must be what is stored, whoever made them.
 */
export class EngineHarness<Table extends RouteTable> {
  readonly store: MemoryStore = new MemoryStore({
    clock: { monotonicMs: () => 0, wallMs: () => this.nowMs },
  });
  /** The time that handlers are told; tests move it. */
  nowMs = 1_700_000_000_000;
  readonly #engine: Engine<Table>;
  readonly #forms = new WatchedForms();
  readonly #room = { store: this.store, barrier: new ClearBarrier(), decoded: this.#forms };

  constructor(engine: Engine<Table>) {
    this.#engine = engine;
  }

  async call(
    route: keyof Table & string,
    method: RouteMethod,
    request: Request = {},
  ): Promise<Outcome> {
    const handlers = this.#engine.handlers[route] as Partial<Record<RouteMethod, AnyHandler>>;
    const handler = handlers[method];
    if (handler === undefined) throw new Error(`no handler for ${method} ${route}`);
    const warnings: string[] = [];
    try {
      const { result } = await transact(this.#room, (attempt) => {
        warnings.length = 0;
        return handler({
          ...this.#existence(attempt.view(mountPrefix, 'root'), request),
          method,
          parameters: { path: request.path ?? '' },
          fields: request.fields ?? {},
          body: request.body ?? {},
          clusterTimeMs: this.nowMs,
          warn: (message: string) => warnings.push(message),
        });
      });
      await this.#checkForms();
      return outcomeOf(result, warnings);
    } catch (error) {
      if (!(error instanceof StrongBoxError)) throw error;
      return refusalOf(error);
    }
  }

  /** Answer of the engine's existence check for a path below the mount. */
  async exists(path: string, tokenId?: string): Promise<boolean> {
    const { result } = await transact(this.#room, async (attempt) => {
      const call = this.#existence(attempt.view(mountPrefix, 'root'), { path, tokenId });
      return (await this.#engine.exists?.(call as never)) ?? true;
    });
    return result;
  }

  /** Keys below the mount, in order: what lies in the store. */
  async keys(): Promise<string[]> {
    const page = await this.store.range(mountPrefix, { limit: 1_000, keysOnly: true });
    return page.entries.map((entry) => entry.key.slice(mountPrefix.length));
  }

  /** Keys and values below the mount, as text. */
  async stored(): Promise<Record<string, string>> {
    const keys = await this.keys();
    const { result } = await transact(this.#room, (attempt) =>
      attempt.view(mountPrefix, 'root').getMany(keys),
    );
    const texts = result.map((entry) => Buffer.from(entry?.value ?? []).toString());
    return Object.fromEntries(keys.map((key, position) => [key, texts[position] ?? '']));
  }

  /** Puts entries below the mount, as `stored` gave them. */
  async restore(entries: Readonly<Record<string, string>>): Promise<void> {
    await transact(this.#room, async (attempt) => {
      const view = attempt.view(mountPrefix, 'root');
      for (const [key, text] of Object.entries(entries)) view.put(key, Buffer.from(text));
    });
  }

  async #checkForms(): Promise<void> {
    const fresh = [...this.#forms.fresh];
    this.#forms.fresh.clear();
    const { results } = await this.store.get(fresh.map(([key]) => ({ key })));
    for (const [at, [key, { decode, form }]] of fresh.entries()) {
      const result = results[at];
      // Somebody else may have changed it since; what is not current is found out when it is used.
      const modRevision = this.#forms.find(key, decode)?.modRevision;
      if (result?.kind !== 'entry' || result.entry.modRevision !== modRevision) continue;
      const stored = decode(this.#room.barrier.open('root', key, result.entry.value));
      assert.deepEqual(structuredClone(form), structuredClone(stored), `the form of ${key}`);
    }
  }

  #existence(view: unknown, request: { path?: string; tokenId?: string | undefined }): object {
    return { path: request.path ?? '', view, mount, caller: callerOf(request.tokenId ?? 'token1') };
  }
}

function callerOf(tokenId: string): Caller {
  return { tokenId, accessor: 'a', displayName: 'token', entityId: '', policies: ['default'] };
}

function outcomeOf(answer: Answer, warnings: readonly string[]): Outcome {
  const plain = answer.data === undefined ? null : JSON.parse(JSON.stringify(answer.data));
  const status = answer.status ?? (answer.data === undefined ? 204 : 200);
  return { status, data: plain, error: '', warnings, leaseSeconds: answer.leaseSeconds };
}

function refusalOf(error: StrongBoxError): Outcome {
  return {
    status: error.status,
    data: null,
    error: error.message,
    warnings: [],
    leaseSeconds: undefined,
  };
}

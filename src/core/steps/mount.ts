/**
 * Step 2: which mount, route and operation. That there is none is not said yet: a caller without
 * the right to ask learns only that, whatever is mounted.
 */
import { matchRoute } from '../../../shared/api/match-route.ts';
import type { RouteMethod, RouteTable } from '../../../shared/api/route.ts';
import { failure, type StrongBoxError } from '../../../shared/errors/failure.ts';
import type { CanonicalPath } from '../../../shared/path/canonical.ts';
import type { Engine } from '../../engines/engine.ts';
import type { MountEntry } from '../../namespaces/mount-entry.ts';
import type { MountTable } from '../../namespaces/mount-table.ts';
import type { CoreRequest } from '../request.ts';
import type { CoreHandler, EngineHandler, Runner, Target } from '../target.ts';

/** Where the core's own routes lie, and what serves them. */
export interface CoreRoutes {
  readonly mountPath: string;
  readonly routes: RouteTable;
  readonly handlers: ErasedHandlers<CoreHandler>;
}

/** Handlers of a table, by route and method. */
type ErasedHandlers<Handler> = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

/** Engines by the key that `engineKey` gives for a mount. */
export type EngineRegistry = ReadonlyMap<string, Engine>;

/** Which engine serves a mount: `kv` has one for each version. */
export function engineKey(type: string, options: MountEntry['options']): string {
  return type === 'kv' ? `kv-v${options?.['version'] === '2' ? 2 : 1}` : type;
}

/** What was found: a target, or why there is none. */
export interface Resolution {
  readonly mount: MountEntry | undefined;
  readonly target: Target | undefined;
  /** For `help`: of the route that the path belongs to. */
  readonly help: string | undefined;
  /** Thrown once the caller is known to be allowed to know. */
  readonly failure: StrongBoxError | undefined;
}

export class Router {
  readonly #core: readonly CoreRoutes[];
  readonly #engines: EngineRegistry;

  constructor(core: readonly CoreRoutes[], engines: EngineRegistry) {
    this.#core = core;
    this.#engines = engines;
  }

  /** The core's own routes: known in every state. Undefined for a path of another mount. */
  resolveCore(
    method: CoreRequest['method'],
    path: CanonicalPath,
    mounts: MountTable,
  ): Resolution | undefined {
    for (const core of this.#core) {
      const below = belowMount(path, core.mountPath);
      if (below === undefined) continue;
      const mount = mounts.at(core.mountPath);
      return resolve(method, { mount, below, table: core.routes }, (name, operation) => {
        const handler = core.handlers[name]?.[operation];
        return handler && { kind: 'core', handler };
      });
    }
    return undefined;
  }

  /** A path of any other mount. */
  resolveMounted(
    method: CoreRequest['method'],
    path: CanonicalPath,
    mounts: MountTable,
  ): Resolution {
    const mounted = mounts.find(path);
    const { mount, below } = mounted ?? { mount: undefined, below: '' };
    const engine = mount && this.#engines.get(engineKey(mount.type, mount.options));
    if (engine === undefined) return unresolved(mount, 'request.no-handler');
    return resolve(method, { mount, below, table: engine.routes }, (name, operation) => {
      const handlers = engine.handlers as ErasedHandlers<EngineHandler>;
      const handler = handlers[name]?.[operation];
      return handler && { kind: 'engine', engine, handler };
    });
  }
}

interface Place {
  readonly mount: MountEntry | undefined;
  readonly below: string;
  readonly table: RouteTable;
}

function resolve(
  method: CoreRequest['method'],
  { mount, below, table }: Place,
  runnerOf: (name: string, method: RouteMethod) => Runner | undefined,
): Resolution {
  const match = matchRoute(table, below);
  if (match === undefined) return unresolved(mount, 'request.no-handler');
  const route = match.spec;
  const spec = method === 'help' ? undefined : route.operations[method];
  const runner = method === 'help' ? undefined : runnerOf(match.name, method);
  if (method === 'help') {
    return { mount, target: undefined, help: helpText(route), failure: undefined };
  }
  if (spec === undefined || runner === undefined) {
    return unresolved(mount, 'request.unsupported-operation');
  }
  const { parameters } = match;
  const target = { mount, route, method, spec, parameters, below, runner };
  return { mount, target, help: undefined, failure: undefined };
}

function unresolved(
  mount: MountEntry | undefined,
  code: 'request.no-handler' | 'request.unsupported-operation',
): Resolution {
  return { mount, target: undefined, help: undefined, failure: failure(code) };
}

function helpText({ pattern, summary, operations }: RouteTable[string]): string {
  return `${pattern}\n\n${summary}\n\nOperations: ${Object.keys(operations).join(', ')}\n`;
}

/** What of a path lies below the mount; undefined if it does not lie in it. */
export function belowMount(path: CanonicalPath, mountPath: string): string | undefined {
  if (path.startsWith(mountPath)) return path.slice(mountPath.length);
  return `${path}/` === mountPath ? '' : undefined;
}

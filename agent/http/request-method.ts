import type { RouteMethod } from '../../shared/api/route.ts';
import { failure } from '../../shared/errors/failure.ts';
import { asFolder } from '../../shared/path/canonical.ts';
import type { RequestTarget } from './request-target.ts';
import type { ShimVerb } from './connection/shimmed-verbs.ts';

/**
 * What a client asks for: HTTP's verb, Vault's own verbs that the shim let through, and their
 * spellings as query parameters of GET (`list`, `scan`, `help`).
 */

export interface RequestedOperation extends RequestTarget {
  readonly method: RouteMethod | 'help';
}

/** Go's strconv.ParseBool. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

const shimMethods = { LIST: 'list', SCAN: 'scan', HELP: 'help' } as const;

/** HEAD is for load balancers, which ask for nothing else. */
const headPath = 'sys/health';

/** Throws `http.method-unsupported` and `http.query-invalid`. */
export function requestedOperation(
  verb: string,
  shimVerb: ShimVerb | undefined,
  target: RequestTarget,
): RequestedOperation {
  if (shimVerb !== undefined) return operation(shimMethods[shimVerb], target);
  switch (verb) {
    case 'GET':
      return readOrList(target);
    case 'POST':
    case 'PUT':
      return { method: 'write', ...target };
    case 'PATCH':
      return { method: 'patch', ...target };
    case 'DELETE':
      return { method: 'delete', ...target };
    case 'HEAD':
      if (target.path === headPath) return { method: 'read', ...target };
      throw failure('http.method-unsupported');
    default:
      // Stand-ins that a client sent itself end here, too.
      throw failure('http.method-unsupported');
  }
}

function readOrList(target: RequestTarget): RequestedOperation {
  if (target.query.size === 0) return { method: 'read', ...target };
  const list = booleanParameter(target, 'list');
  const scan = booleanParameter(target, 'scan');
  if (list && scan) {
    throw failure('http.query-invalid', { reason: 'list and scan exclude another' });
  }
  const help = (target.query.get('help')?.[0] ?? '') !== '';
  const method = help ? 'help' : list ? 'list' : scan ? 'scan' : 'read';
  const query = new Map(target.query);
  for (const name of ['list', 'scan', 'help']) query.delete(name);
  return operation(method, { path: target.path, query });
}

function operation(method: RouteMethod | 'help', target: RequestTarget): RequestedOperation {
  const folder = method === 'list' || method === 'scan';
  return { method, path: folder ? asFolder(target.path) : target.path, query: target.query };
}

function booleanParameter(target: RequestTarget, name: string): boolean {
  const text = target.query.get(name)?.[0] ?? '';
  if (text === '') return false;
  const value = booleans.get(text);
  if (value === undefined) {
    throw failure('http.query-invalid', { reason: `${name} must be true or false` });
  }
  return value;
}

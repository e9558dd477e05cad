/**
 * Every operation of every route that the agent serves, from the tables that it dispatches by: what
 * tests walk that must miss none. Captured names are filled in; KV lies at `secret/` (version 2)
 * and `old/` (version 1).
 */
import { cubbyholeRoutes } from '../../shared/api/cubbyhole.ts';
import { kvV1Routes } from '../../shared/api/kv-v1.ts';
import { kvV2Routes } from '../../shared/api/kv-v2.ts';
import type {
  FieldSpec,
  OperationSpec,
  RouteMethod,
  RouteSpec,
  RouteTable,
} from '../../shared/api/route.ts';
import { sysRoutes } from '../../shared/api/sys.ts';
import { tokenRoutes } from '../../shared/api/token.ts';

export interface RouteCase {
  /** Without `/v1/`. */
  readonly path: string;
  readonly method: RouteMethod;
  readonly spec: OperationSpec;
}

export interface FieldCase extends RouteCase {
  readonly field: string;
  readonly fieldSpec: FieldSpec;
}

const tables: readonly (readonly [mount: string, table: RouteTable])[] = [
  ['sys/', sysRoutes],
  ['auth/token/', tokenRoutes],
  ['secret/', kvV2Routes],
  ['old/', kvV1Routes],
  ['cubbyhole/', cubbyholeRoutes],
];

export const routeCases: readonly RouteCase[] = tables.flatMap(([mount, table]) =>
  Object.values(table).flatMap((route: RouteSpec) =>
    Object.entries(route.operations).map(
      ([method, spec]): RouteCase => ({
        path: mount + route.pattern.replaceAll(/[:*]\w+\??/gu, 'name'),
        method: method as RouteMethod,
        spec,
      }),
    ),
  ),
);

export const fieldCases: readonly FieldCase[] = routeCases.flatMap((each) =>
  Object.entries(each.spec.fields ?? {}).map(([field, fieldSpec]) => ({
    ...each,
    field,
    fieldSpec,
  })),
);

/** The verb of the wire. */
export function verbOf(method: RouteMethod): string {
  const verbs = { read: 'GET', write: 'POST', patch: 'PATCH', delete: 'DELETE' } as const;
  return method === 'list' || method === 'scan' ? method.toUpperCase() : verbs[method];
}

/** Whether the fields of an operation stand in its body (else in its query). */
export function hasBody(method: RouteMethod): boolean {
  return method === 'write' || method === 'patch';
}

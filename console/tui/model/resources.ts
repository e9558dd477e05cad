/**
 * What was read from the API, by what was asked. A view says what it wants to show; the
 * application asks for what is missing, or was read too long before somebody looks at it. Values
 * of secrets never come here.
 */
import type { ControlProblem } from '../../client/control-problem.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import type { ApiOutcome, ApiRequest } from './api.ts';
import { readsUnderWayMax, resourceFreshMs, resourcesMax } from './limits.ts';

export interface Resource {
  /** Newest good answer; kept while a newer one is asked for. */
  readonly data: JsonObject | undefined;
  /** Why the last question failed; undefined after a good answer. */
  readonly problem: ControlProblem | undefined;
  readonly isAsked: boolean;
  readonly answeredAtMs: number;
  /** Something may have changed it: to be asked for again as soon as it is shown. */
  readonly isStale: boolean;
}

/** In the order of their last question. */
export type Resources = ReadonlyMap<string, Resource>;

export const noResources: Resources = new Map();

const untouched: Resource = {
  data: undefined,
  problem: undefined,
  isAsked: false,
  answeredAtMs: 0,
  isStale: true,
};

/** The name of a question: two with the same name have the same answer. */
function resourceKey({ operation, path, query, body }: ApiRequest): string {
  const extra = query === undefined && body === undefined ? '' : JSON.stringify([query, body]);
  return `${operation} ${path}${extra}`;
}

export function resourceOf(resources: Resources, request: ApiRequest): Resource {
  return resources.get(resourceKey(request)) ?? untouched;
}

/**
 * Of what is wanted, what must be asked now. Never much at once: somebody who pages through a
 * folder does not wait for what they have passed, and each answer asks for what is wanted by then.
 */
export function toAsk(resources: Resources, wanted: readonly ApiRequest[]): readonly ApiRequest[] {
  const missing = wanted.filter((request) => {
    const { isAsked, isStale } = resourceOf(resources, request);
    return !isAsked && isStale;
  });
  if (missing.length === 0) return missing;
  const underWay = [...resources.values()].filter(({ isAsked }) => isAsked).length;
  return missing.slice(0, Math.max(0, readsUnderWayMax - underWay));
}

/**
 * Marks what was read a while ago, when somebody looks at something. Nothing is read again by the
 * clock alone: each reading is a record of the audit log, and may cost a use of the token.
 */
export function withAgedStale(resources: Resources, nowMs: number): Resources {
  const isAged = ({ isStale, answeredAtMs }: Resource): boolean =>
    !isStale && nowMs - answeredAtMs > resourceFreshMs;
  if (![...resources.values()].some(isAged)) return resources;
  const entries = [...resources].map(
    ([key, resource]) =>
      [key, isAged(resource) ? { ...resource, isStale: true } : resource] as const,
  );
  return new Map(entries);
}

/** What is `shown` beside it stays, however long ago it was read. */
export function asked(
  resources: Resources,
  request: ApiRequest,
  shown: readonly ApiRequest[] = [],
): Resources {
  const key = resourceKey(request);
  const next = new Map(resources);
  const resource = next.get(key) ?? untouched;
  next.delete(key);
  next.set(key, { ...resource, isAsked: true, isStale: false });
  const kept = new Set(shown.map(resourceKey));
  for (const oldest of next.keys()) {
    if (next.size <= resourcesMax) break;
    if (!kept.has(oldest)) next.delete(oldest);
  }
  return next;
}

export function answered(
  resources: Resources,
  request: ApiRequest,
  { outcome, nowMs }: { readonly outcome: ApiOutcome; readonly nowMs: number },
): Resources {
  const key = resourceKey(request);
  const resource = resources.get(key);
  // It was pushed out, or forgotten with the identity that asked.
  if (resource === undefined || !resource.isAsked) return resources;
  const next = new Map(resources);
  const data = outcome.ok ? outcome.data : keptData(resource, outcome.problem);
  const problem = outcome.ok ? undefined : outcome.problem;
  next.set(key, { ...resource, data, problem, isAsked: false, answeredAtMs: nowMs });
  return next;
}

/** What was seen is not seen any more once the agent denies it, or says that it is gone. */
function keptData({ data }: Resource, { status }: ControlProblem): JsonObject | undefined {
  return status === 403 || status === 404 ? undefined : data;
}

/** Marks what lies under a path as possibly changed; everything for ''. */
export function withStale(resources: Resources, prefix: string): Resources {
  const next = new Map(resources);
  for (const [key, resource] of resources) {
    const path = key.slice(key.indexOf(' ') + 1);
    if (path.startsWith(prefix)) next.set(key, { ...resource, isStale: true });
  }
  return next;
}

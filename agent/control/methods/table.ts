import type { ControlMethod, ResultOf } from '../../../shared/control/methods.ts';
import { ceremonyMethods } from './ceremony-methods.ts';
import { identityMethods } from './identity-methods.ts';
import type { Method, MethodGroup, MethodParts } from './parts.ts';
import { requestMethod } from './request-method.ts';
import { topicMethods } from './topic-methods.ts';

/** Finds a method by the name that a console gave. */
export type MethodTable = ReadonlyMap<string, Method<ResultOf<ControlMethod>>>;

/** All methods, put together from their groups: a missing one does not compile. */
export function methodTable(parts: MethodParts): MethodTable {
  const methods: MethodGroup<ControlMethod> = {
    ...identityMethods(parts),
    ...requestMethod(parts),
    ...ceremonyMethods(parts),
    ...topicMethods(parts),
  };
  return new Map(Object.entries(methods));
}

/** What a list without rows says: denied, on the way, broken and empty are different things. */
import type { ApiRequest } from '../model/api.ts';
import type { Model } from '../model/model.ts';
import { resourceOf } from '../model/resources.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';

const columnsMax = 160;

/** `nothing` is said of a list that was read and is empty. */
export function emptyWords(model: Model, request: ApiRequest, nothing: string): SafeText {
  const { data, problem } = resourceOf(model.resources, request);
  if (problem?.status === 404) return literal(nothing);
  if (problem?.status === 403) {
    return clean(`denied: this token may not ${request.operation} ${request.path}`, columnsMax);
  }
  if (problem !== undefined) return clean(problem.message, columnsMax);
  if (data !== undefined) return literal(nothing);
  if (model.identity.kind !== 'known') {
    return literal('log in to see this: l on the first view, or :login');
  }
  return literal('reading …');
}

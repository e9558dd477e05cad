/** What a list without rows says: denied, on the way, broken and empty are different things. */
import type { ApiRequest } from '../model/api.ts';
import type { Model } from '../model/model.ts';
import { snapshotIn } from '../model/topic.ts';
import { resourceOf } from '../model/resources.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';

const columnsMax = 160;

const sealedWords = 'sealed: nothing can be read until shares are entered (:ceremony)';

/** Why a topic is not followed. A sealed agent knows no token: it denies nobody. */
export function deniedWords(model: Model, path: string): SafeText {
  if (isSealedHere(model)) return literal(sealedWords);
  return model.identity.kind === 'known'
    ? clean(`denied: this token may not read ${path}`, columnsMax)
    : (delayedWords(model) ?? literal(loginWords));
}

/** Whether the agent that answers is sealed. */
export function isSealedHere({ cluster }: Model): boolean {
  const snapshot = snapshotIn(cluster);
  return snapshot?.nodes.find(({ id }) => id === snapshot.self)?.sealed === true;
}

/** Whether a change could be made now; a form whose token has run out stays as it is. */
export function canSend({ identity, link }: Model): true | string {
  if (link.state.kind !== 'live') return 'there is no link to the agent; what is typed stays';
  if (identity.kind === 'known') return true;
  if (identity.kind !== 'waiting') return 'nobody is logged in: F2 and login; what is typed stays';
  return identity.problem === undefined
    ? 'the agent is sealed; what is typed stays'
    : 'the login is tried again; what is typed stays';
}

/** Why nobody is known though there is a token; undefined where that is not so. */
function delayedWords({ identity }: Model): SafeText | undefined {
  if (identity.kind !== 'waiting' || identity.problem === undefined) return undefined;
  return clean(`the login is tried again, for now: ${identity.problem.message}`, columnsMax);
}

const loginWords = 'log in to see this: l on the first view, or :login';

interface EmptyList {
  /** Said of a list that was read and is empty. */
  readonly nothing: string;
  /** Rows that the filter hides. */
  readonly hiddenCount: number;
}

export function emptyWords(
  model: Model,
  request: ApiRequest,
  { nothing, hiddenCount }: EmptyList,
): SafeText {
  if (hiddenCount > 0) return literal('nothing passes the filter; Esc takes it away');
  const { data, problem } = resourceOf(model.resources, request);
  if (problem?.status === 404) return literal(nothing);
  if (problem?.code === 'request.sealed') return literal(sealedWords);
  if (problem?.status === 403) {
    return clean(`denied: this token may not ${request.operation} ${request.path}`, columnsMax);
  }
  if (problem !== undefined) return clean(problem.message, columnsMax);
  if (data !== undefined) return literal(nothing);
  if (model.identity.kind !== 'known') {
    return delayedWords(model) ?? literal(isSealedHere(model) ? sealedWords : loginWords);
  }
  return literal('reading …');
}

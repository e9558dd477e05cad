/**
 * Revoking a token ends it and everything below it. One commit takes the token's own entries away
 * (or marks it as spent) and begins an intent; from then on no token of the tree is good, because
 * each needs its ancestors. The intent takes away what is left, leaf by leaf, a page at a time:
 * it holds nothing but the id of the root, and finds its way down again at each step.
 */
import { assert } from '../../shared/assert.ts';
import { mountDataPrefix } from '../namespaces/layout.ts';
import { cubbyholeMountId } from '../namespaces/mount-entry.ts';
import { beginIntent, type Intent, type IntentKind, type StepOutcome } from '../store/intents.ts';
import type { Attempt, View } from '../store/view.ts';
import {
  revocationBatchTokens,
  revocationStepEntriesMax,
  tokenDepthMax,
  tokenEntries,
} from './limits.ts';
import { deleteToken, readToken, replaceToken } from './token-entries.ts';
import { childKey, childrenPrefix, type StoredToken } from './token-record.ts';
import { tokenNamespace, tokensView } from './token-room.ts';

const treeKind = 'revoke-token-tree';
const releaseKind = 'release-token-children';

/** The intent that cleans up the tree below a token which is gone or spent. */
export function treeRevocation(id: string): Intent {
  return { namespace: tokenNamespace, id: `${treeKind}-${id}`, kind: treeKind, data: { root: id } };
}

/** The intent that makes orphans of a released token's children and then takes it away. */
function childrenRelease(id: string): Intent {
  const data = { root: id };
  return { namespace: tokenNamespace, id: `${releaseKind}-${id}`, kind: releaseKind, data };
}

/** Ends a token and its tree. Returns the intent to run; undefined if there is no such token. */
export async function revokeTree(attempt: Attempt, id: string): Promise<string | undefined> {
  const record = await readToken(attempt, id);
  if (record === undefined) return undefined;
  deleteToken(attempt, { id, record });
  const intent = treeRevocation(id);
  await beginIntent(attempt, intent);
  return intent.id;
}

/** Ends a token alone: its children live on as orphans. Returns the intent to run. */
export async function revokeAlone(attempt: Attempt, id: string): Promise<string | undefined> {
  const record = await readToken(attempt, id);
  if (record === undefined) return undefined;
  replaceToken(attempt, id, record, { ...record, state: 'released' });
  const intent = childrenRelease(id);
  await beginIntent(attempt, intent);
  return intent.id;
}

/** Cleans up a tree. */
export const treeRevocationKind: IntentKind = {
  kind: treeKind,
  async step(attempt: Attempt, intent: Intent): Promise<StepOutcome> {
    const { root } = intent.data as { readonly root: string };
    const leaves = await findLeaves(attempt, root);
    const budget = { entries: revocationStepEntriesMax };
    for (const leaf of leaves) {
      if (!(await removeLeaf(attempt, leaf, budget))) return { kind: 'continue', data: { root } };
      if (leaf.id === root) return { kind: 'done' };
    }
    return { kind: 'continue', data: { root } };
  },
};

/** Makes orphans of a page of children; when there are none left, takes the token itself away. */
export const childrenReleaseKind: IntentKind = {
  kind: releaseKind,
  async step(attempt: Attempt, intent: Intent): Promise<StepOutcome> {
    const { root } = intent.data as { readonly root: string };
    const page = await childrenOf(attempt, root, revocationBatchTokens);
    for (const id of page) await releaseChild(attempt, root, id);
    if (page.length > 0) return { kind: 'continue', data: { root } };
    const leaf: Leaf = { id: root, parent: '' };
    const finished = await removeLeaf(attempt, leaf, { entries: revocationStepEntriesMax });
    return finished ? { kind: 'done' } : { kind: 'continue', data: { root } };
  },
};

/** A token without children: its id, and whose child it is listed as. */
interface Leaf {
  readonly id: string;
  readonly parent: string;
}

/** Walks down from the root to the first token whose children include leaves, and returns these. */
async function findLeaves(attempt: Attempt, root: string): Promise<readonly Leaf[]> {
  let node: Leaf = { id: root, parent: '' };
  for (let depth = 0; depth <= tokenDepthMax + 1; depth += 1) {
    const children = await childrenOf(attempt, node.id, revocationBatchTokens);
    const [first] = children;
    if (first === undefined) return [node];
    const leaves = await leavesAmong(attempt, node.id, children);
    if (leaves.length > 0) return leaves;
    node = { id: first, parent: node.id };
  }
  assert(false, 'a tree is at most tokenDepthMax deep');
}

async function leavesAmong(
  attempt: Attempt,
  parent: string,
  ids: readonly string[],
): Promise<readonly Leaf[]> {
  const grandchildren = await Promise.all(ids.map((id) => childrenOf(attempt, id, 1)));
  return ids
    .filter((_id, index) => grandchildren[index]?.length === 0)
    .map((id) => ({ id, parent }));
}

async function childrenOf(attempt: Attempt, id: string, limit: number): Promise<string[]> {
  const prefix = childrenPrefix(id);
  const page = await tokensView(attempt).range(prefix, { limit, keysOnly: true });
  return page.entries.map(({ key }) => key.slice(prefix.length));
}

/** Takes a leaf away with its secrets. False if that was more than fits in this step. */
async function removeLeaf(
  attempt: Attempt,
  leaf: Leaf,
  budget: { entries: number },
): Promise<boolean> {
  if (budget.entries <= tokenEntries) return false;
  const finished = await removeSecrets(attempt, leaf.id, budget);
  if (!finished) return false;
  budget.entries -= tokenEntries;
  const record = await readToken(attempt, leaf.id);
  if (record !== undefined) deleteToken(attempt, { id: leaf.id, record });
  if (leaf.parent !== '') tokensView(attempt).delete(childKey(leaf.parent, leaf.id));
  return true;
}

/**
 * Deletes what a token keeps in its cubbyhole, as far as the budget goes beyond the token itself.
 */
async function removeSecrets(
  attempt: Attempt,
  id: string,
  budget: { entries: number },
): Promise<boolean> {
  const view: View = tokensView(attempt).child(`${mountDataPrefix(cubbyholeMountId)}${id}/`);
  const limit = budget.entries - tokenEntries;
  const page = await view.range('', { limit, keysOnly: true });
  for (const { key } of page.entries) view.delete(key);
  budget.entries -= page.entries.length;
  return !page.more;
}

async function releaseChild(attempt: Attempt, parent: string, id: string): Promise<void> {
  const record = await readToken(attempt, id);
  if (record !== undefined) replaceToken(attempt, id, record, { ...record, parent: '' });
  tokensView(attempt).delete(childKey(parent, id));
}

/** Whether a token has neither children nor secrets: it can be ended without an intent. */
export async function isBare(attempt: Attempt, { id }: StoredToken): Promise<boolean> {
  const view = tokensView(attempt).child(`${mountDataPrefix(cubbyholeMountId)}${id}/`);
  const [children, secrets] = await Promise.all([
    childrenOf(attempt, id, 1),
    view.range('', { limit: 1, keysOnly: true }),
  ]);
  return children.length === 0 && secrets.entries.length === 0;
}

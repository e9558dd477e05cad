import { namespacePrefix, rootNamespaceId } from '../namespaces/layout.ts';
import type { Attempt, View } from '../store/view.ts';

/** Tokens live in their namespace; until there are tenants, in the one there is. */
export const tokenNamespace = rootNamespaceId;

/** The view that all of this folder's keys are relative to. */
export function tokensView(attempt: Attempt): View {
  return attempt.view(namespacePrefix(tokenNamespace), tokenNamespace);
}

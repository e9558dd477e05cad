/**
 * The policies that are being changed at once: the open one, and those that were left with changes
 * or while they were being saved. What the agent says of one goes to that one, open or not.
 */
import type { JsonObject } from '../../../shared/json/value.ts';
import type { ApiOutcome } from './api.ts';
import { policyDraftsMax } from './limits.ts';
import type { Ticket } from './pending.ts';
import {
  broughtBack,
  isUnsettled,
  noEdit,
  notSaved,
  opened,
  type PolicyEdit,
  read,
  readNothing,
  saved,
  versionOf,
} from './policy-editor.ts';

export interface PolicyDrafts {
  readonly open: PolicyEdit;
  /** The last one left stands last. */
  readonly left: readonly PolicyEdit[];
}

export const noDrafts: PolicyDrafts = { open: noEdit, left: [] };

/** Somebody else has written a version since. */
export const policyConflictCode = 'policies.cas-mismatch';

/** Opens a policy; the one that was open is kept if anything would be lost. */
export function openedDraft({ open, left }: PolicyDrafts, name: string): PolicyDrafts {
  if (open.name === name) return { open: opened(open, name), left };
  const kept = left.find((edit) => edit.name === name);
  const others = left.filter((edit) => edit !== kept);
  const stays = isUnsettled(open) ? [...others, open] : others;
  return {
    open: opened(kept ?? open, name),
    left: stays.slice(-policyDraftsMax),
  };
}

/** What the agent has of one policy, or that it has none of that name. */
export function readDraft(
  drafts: PolicyDrafts,
  name: string,
  data: JsonObject | undefined,
): PolicyDrafts {
  const change = (edit: PolicyEdit): PolicyEdit =>
    data === undefined ? readNothing(edit) : read(edit, versionOf(data));
  return changed(drafts, (edit) => edit.name === name, change);
}

export function answeredDraft(
  drafts: PolicyDrafts,
  ticket: Ticket,
  outcome: ApiOutcome,
): PolicyDrafts {
  const change = (edit: PolicyEdit): PolicyEdit => {
    if (outcome.ok) return saved(edit);
    const isConflict = outcome.problem.code === policyConflictCode;
    return notSaved(edit, isConflict ? 'conflict' : 'text');
  };
  return changed(drafts, ({ saving }) => saving?.ticket === ticket, change);
}

/** What `$EDITOR` has left of one of them. */
export function editedDraft(drafts: PolicyDrafts, ticket: Ticket, text: string): PolicyDrafts {
  const isLent = ({ editing }: PolicyEdit): boolean => editing?.ticket === ticket;
  return changed(drafts, isLent, (edit) => broughtBack(edit, text));
}

/** One of them, changed; one that was left and has nothing more to lose is let go. */
function changed(
  drafts: PolicyDrafts,
  isMeant: (edit: PolicyEdit) => boolean,
  change: (edit: PolicyEdit) => PolicyEdit,
): PolicyDrafts {
  const { open, left } = drafts;
  if (isMeant(open)) return { open: change(open), left };
  if (!left.some(isMeant)) return drafts;
  const next = left.map((edit) => (isMeant(edit) ? change(edit) : edit));
  return { open, left: next.filter(isUnsettled) };
}

/** What can be done in the policy editor. Control keys, because all others type. */
import { StrongBoxError } from '../../../../shared/errors/failure.ts';
import { formatPolicy } from '../../../../shared/policy/format.ts';
import { editorText } from '../../components/editor-state.ts';
import { type Effect, emit, toast } from '../../model/effect.ts';
import {
  isEdited,
  keptMine,
  type PolicyEdit,
  reverted,
  withBoth,
  withText,
} from '../../model/policy-editor.ts';
import { livePolicy } from '../../model/policy-live.ts';
import { clean } from '../../terminal/safe-text.ts';
import type { ScreenVerb } from '../screen.ts';
import { policyState as state, policyViewName as view } from './policy-view.ts';

export const saveTag = 'policy.save';
export const editTag = 'policy.edit';
export const conflictCode = 'policies.cas-mismatch';

const shared = { view, danger: 0, needsWrite: false } as const;

export const policyVerbs: readonly ScreenVerb[] = [
  {
    ...shared,
    id: 'policy.review',
    title: 'save',
    help: 'show what changed, then save it with y',
    keys: ['C-s'],
    footer: 1,
    enabledWhen: (model) => canReview(state.of(model)),
    run: ({ model }) => become({ ...state.of(model), pane: 'review', scrolledRows: 0 }),
  },
  {
    ...shared,
    id: 'policy.save',
    title: 'yes, save',
    help: 'save the text as the next version',
    keys: ['y'],
    footer: 1,
    needsWrite: true,
    enabledWhen: (model) => state.of(model).pane === 'review' || 'C-s shows what changed first',
    run: ({ model }) => save(state.of(model)),
  },
  {
    ...shared,
    id: 'policy.try',
    title: 'try a path',
    help: 'type a path; Tab changes the capability, Esc or Enter comes back',
    keys: ['C-t'],
    footer: 2,
    enabledWhen: (model) => isOpen(state.of(model)),
    run: ({ model }) => {
      const edit = state.of(model);
      return become({ ...edit, pane: edit.pane === 'try' ? 'text' : 'try' });
    },
  },
  {
    ...shared,
    id: 'policy.format',
    title: 'format',
    help: 'the canonical form: two spaces, one attribute a line, comments kept',
    keys: ['C-f'],
    footer: 4,
    enabledWhen: (model) => isOpen(state.of(model)),
    run: ({ model }) => format(state.of(model)),
  },
  {
    ...shared,
    id: 'policy.editor',
    title: '$EDITOR',
    help: 'edit a copy with VISUAL or EDITOR; what it leaves is taken over, not saved',
    keys: ['C-e'],
    footer: 3,
    enabledWhen: (model) => isOpen(state.of(model)),
    run: ({ model }) => {
      const { name, editor } = state.of(model);
      const fileName = `${(name ?? 'policy').replaceAll(/[^\w.-]/g, '_')}.hcl`;
      return { kind: 'edit', tag: editTag, text: editorText(editor), fileName };
    },
  },
  {
    ...shared,
    id: 'policy.revert',
    title: 'revert',
    help: 'throw the changes away and take what the agent has',
    keys: ['C-r'],
    footer: 5,
    enabledWhen: (model) => {
      const edit = state.of(model);
      return isEdited(edit) || edit.newer !== undefined || 'nothing is changed';
    },
    run: ({ model }) => become(reverted(state.of(model))),
  },
  {
    ...shared,
    id: 'policy.conflict',
    title: 'compare',
    help: 'what they changed, what you changed, and where both changed the same',
    keys: ['C-g'],
    footer: 6,
    enabledWhen: (model) => state.of(model).newer !== undefined || 'nobody else has changed it',
    run: ({ model }) => become({ ...state.of(model), pane: 'conflict', scrolledRows: 0 }),
  },
  {
    ...shared,
    id: 'policy.keep-mine',
    title: 'keep mine',
    help: 'keep this text in place of the newer version; the difference is shown again',
    keys: ['m'],
    footer: 2,
    enabledWhen: (model) => {
      const { pane, newer } = state.of(model);
      return (pane === 'conflict' && newer !== undefined) || 'there is no conflict';
    },
    run: ({ model }) => become(keptMine(state.of(model))),
  },
  {
    ...shared,
    id: 'policy.take-both',
    title: 'take both',
    help: 'the newer version with your changes in it; the difference is shown again',
    keys: ['b'],
    footer: 1,
    enabledWhen: (model) => {
      const edit = state.of(model);
      if (edit.pane !== 'conflict' || edit.newer === undefined) return 'there is no conflict';
      return withBoth(edit) !== undefined || 'both changed the same lines: Esc, then edit yours';
    },
    run: ({ model }) => become(withBoth(state.of(model)) ?? state.of(model)),
  },
  {
    ...shared,
    id: 'policy.take-theirs',
    title: 'take theirs',
    help: 'throw this text away and take the newer version',
    keys: ['t'],
    footer: 3,
    enabledWhen: (model) => {
      const { pane, newer } = state.of(model);
      return (pane === 'conflict' && newer !== undefined) || 'there is no conflict';
    },
    run: ({ model }) => become(reverted(state.of(model))),
  },
];

function become(edit: PolicyEdit): Effect {
  return emit({ kind: 'screen', view, event: edit });
}

function isOpen({ base, pane }: PolicyEdit): true | string {
  if (base === undefined) return 'the policy is still being read';
  return pane === 'text' || pane === 'try' || 'Esc goes back to the text first';
}

function canReview(edit: PolicyEdit): true | string {
  const open = isOpen(edit);
  if (open !== true) return open;
  if (!isEdited(edit) && edit.base?.version !== 0) return 'nothing is changed';
  const live = livePolicy(edit.name ?? '', editorText(edit.editor));
  if (!live.isValid) return 'the policy has errors: they stand under their lines';
  return edit.newer === undefined || 'somebody else has changed it meanwhile: C-g compares';
}

function save({ name = '', base, editor }: PolicyEdit): Effect {
  const shown = clean(name, 60);
  return {
    kind: 'request',
    tag: saveTag,
    request: {
      operation: 'write',
      path: `sys/policies/acl/${name}`,
      body: { policy: editorText(editor), cas: base?.version ?? 0 },
    },
    what: clean(`save policy ${shown}`, 80),
    success: clean(`policy ${shown} is saved; tokens that have it follow it from now on`, 120),
    changes: ['sys/policies/acl'],
    quiet: [conflictCode],
  };
}

function format(edit: PolicyEdit): Effect {
  try {
    return become(withText(edit, formatPolicy(editorText(edit.editor))));
  } catch (error) {
    if (error instanceof StrongBoxError) return toast(clean(error.message, 160));
    throw error;
  }
}

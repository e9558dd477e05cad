/** What can be done in the policy editor. Control keys, because all others type. */
import { StrongBoxError } from '../../../../shared/errors/failure.ts';
import { formatPolicy } from '../../../../shared/policy/format.ts';
import { editorText } from '../../components/editor-state.ts';
import { type Effect, emit, several, toast } from '../../model/effect.ts';
import { underWay } from '../../model/pending.ts';
import { policyConflictCode } from '../../model/policy-drafts.ts';
import {
  isEdited,
  keptMine,
  lent,
  type PolicyEdit,
  reverted,
  sending,
  withBoth,
  withText,
} from '../../model/policy-editor.ts';
import { livePolicy } from '../../model/policy-live.ts';
import { clean } from '../../terminal/safe-text.ts';
import { canSend } from '../empty-words.ts';
import type { ScreenVerb } from '../screen.ts';
import { openPolicy, policyViewName as view } from './policy-view.ts';

const shared = { view, danger: 0, needsWrite: false } as const;

export const policyVerbs: readonly ScreenVerb[] = [
  {
    ...shared,
    id: 'policy.review',
    title: 'save',
    help: 'show what changed, then save it with y',
    keys: ['C-s'],
    footer: 1,
    enabledWhen: (model) => canReview(openPolicy(model)),
    run: ({ model }) => become({ ...openPolicy(model), pane: 'review', scrolledRows: 0 }),
  },
  {
    ...shared,
    id: 'policy.save',
    title: 'yes, save',
    help: 'save the text as the next version',
    keys: ['y'],
    footer: 1,
    needsWrite: true,
    enabledWhen: (model) => {
      const { pane, saving } = openPolicy(model);
      if (pane !== 'review') return 'C-s shows what changed first';
      return saving === undefined ? canSend(model) : underWay;
    },
    run: ({ model }) => save(openPolicy(model)),
  },
  {
    ...shared,
    id: 'policy.try',
    title: 'try a path',
    help: 'type a path; Tab changes the capability, Esc or Enter comes back',
    keys: ['C-t'],
    footer: 2,
    enabledWhen: (model) => isOpen(openPolicy(model)),
    run: ({ model }) => {
      const edit = openPolicy(model);
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
    enabledWhen: (model) => isOpen(openPolicy(model)),
    run: ({ model }) => format(openPolicy(model)),
  },
  {
    ...shared,
    id: 'policy.editor',
    title: '$EDITOR',
    help: 'edit a copy with VISUAL or EDITOR; what it leaves is taken over, not saved',
    keys: ['C-e'],
    footer: 3,
    enabledWhen: (model) => isOpen(openPolicy(model)),
    run: ({ model }) => lend(openPolicy(model)),
  },
  {
    ...shared,
    id: 'policy.revert',
    title: 'revert',
    help: 'throw the changes away and take what the agent has',
    keys: ['C-r'],
    footer: 5,
    enabledWhen: (model) => {
      const edit = openPolicy(model);
      return isEdited(edit) || edit.newer !== undefined || 'nothing is changed';
    },
    run: ({ model }) => become(reverted(openPolicy(model))),
  },
  {
    ...shared,
    id: 'policy.conflict',
    title: 'compare',
    help: 'what they changed, what you changed, and where both changed the same',
    keys: ['C-g'],
    footer: 6,
    enabledWhen: (model) => openPolicy(model).newer !== undefined || 'nobody else has changed it',
    run: ({ model }) => become({ ...openPolicy(model), pane: 'conflict', scrolledRows: 0 }),
  },
  {
    ...shared,
    id: 'policy.keep-mine',
    title: 'keep mine',
    help: 'keep this text in place of the newer version; the difference is shown again',
    keys: ['m'],
    footer: 2,
    enabledWhen: (model) => {
      const { pane, newer } = openPolicy(model);
      return (pane === 'conflict' && newer !== undefined) || 'there is no conflict';
    },
    run: ({ model }) => become(keptMine(openPolicy(model))),
  },
  {
    ...shared,
    id: 'policy.take-both',
    title: 'take both',
    help: 'the newer version with your changes in it; the difference is shown again',
    keys: ['b'],
    footer: 1,
    enabledWhen: (model) => {
      const edit = openPolicy(model);
      if (edit.pane !== 'conflict' || edit.newer === undefined) return 'there is no conflict';
      return withBoth(edit) !== undefined || 'both changed the same lines: Esc, then edit yours';
    },
    run: ({ model }) => become(withBoth(openPolicy(model)) ?? openPolicy(model)),
  },
  {
    ...shared,
    id: 'policy.take-theirs',
    title: 'take theirs',
    help: 'throw this text away and take the newer version',
    keys: ['t'],
    footer: 3,
    enabledWhen: (model) => {
      const { pane, newer } = openPolicy(model);
      return (pane === 'conflict' && newer !== undefined) || 'there is no conflict';
    },
    run: ({ model }) => become(reverted(openPolicy(model))),
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

function lend(edit: PolicyEdit): Effect {
  const { name = 'policy', editor, editing } = lent(edit);
  if (editing === undefined) return { kind: 'none' };
  const fileName = `${name.replaceAll(/[^\w.-]/g, '_')}.hcl`;
  return several(become({ ...edit, editing }), {
    kind: 'edit',
    ticket: editing.ticket,
    text: editorText(editor),
    fileName,
  });
}

function save(edit: PolicyEdit): Effect {
  const { name = '', saving } = sending(edit);
  if (saving === undefined) return { kind: 'none' };
  const { ticket, sent } = saving;
  const shown = clean(name, 60);
  return several(become({ ...edit, saving }), {
    kind: 'request',
    ticket,
    request: {
      operation: 'write',
      path: `sys/policies/acl/${name}`,
      body: { policy: sent.text, cas: sent.version - 1 },
    },
    what: clean(`save policy ${shown}`, 80),
    success: clean(`policy ${shown} is saved; tokens that have it follow it from now on`, 120),
    changes: ['sys/policies/acl'],
    quiet: [policyConflictCode],
  });
}

function format(edit: PolicyEdit): Effect {
  try {
    return become(withText(edit, formatPolicy(editorText(edit.editor))));
  } catch (error) {
    if (error instanceof StrongBoxError) return toast(clean(error.message, 160));
    throw error;
  }
}

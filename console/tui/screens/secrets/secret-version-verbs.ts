/** What is done to one version of a secret: hiding it, bringing it back, destroying it. */
import { secretPath } from '../../model/secret-tree.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import { clusterName } from '../cluster/cluster-view.ts';
import type { ScreenVerb } from '../screen.ts';
import { isVersioned, selectedTarget, whereOf } from './secret-guards.ts';
import { secretsView as view, selection } from './secret-selection.ts';

const shared = { view, danger: 0, needsWrite: false } as const;

export const versionVerbs: readonly ScreenVerb[] = [
  changing({
    name: 'delete',
    key: 'D',
    danger: 1,
    title: 'delete',
    help: 'hide this version; undelete brings it back',
    effect: 'the version can no longer be read',
    undo: ':undelete brings it back',
    done: 'deleted',
  }),
  changing({
    name: 'undelete',
    key: 'U',
    danger: 1,
    title: 'undelete',
    help: 'bring this version back',
    effect: 'the version can be read again',
    undo: 'D deletes it again',
    done: 'there again',
  }),
  changing({
    name: 'destroy',
    key: 'C-k',
    danger: 2,
    title: 'destroy',
    help: 'remove the data of this version for good',
    effect: 'the data of this version is gone, also for whoever has a backup of the log alone',
    undo: 'there is none',
    done: 'destroyed',
  }),
];

interface Change {
  readonly name: 'delete' | 'undelete' | 'destroy';
  readonly key: string;
  readonly danger: 1 | 2;
  readonly title: string;
  readonly help: string;
  readonly effect: string;
  readonly undo: string;
  readonly done: string;
}

function changing({ name, key, danger, title, help, effect, undo, done }: Change): ScreenVerb {
  return {
    ...shared,
    id: `secrets.${name}`,
    title,
    help,
    keys: [key],
    command: { name },
    danger,
    needsWrite: true,
    enabledWhen: (model) => isVersioned(model),
    target: (model) => selectedTarget(model),
    warning: (model, target) => ({
      cluster: clusterName(model),
      act: clean(`${title} version ${selection(model)?.version ?? 0}`, 60),
      effect: literal(effect),
      undo: clean(`${undo} (${target.name})`, 160),
    }),
    run: ({ target }) => {
      const where = whereOf(target?.id);
      if (where === undefined) return { kind: 'none' };
      return {
        kind: 'request',
        request: {
          operation: 'write',
          path: secretPath(where.mount, name, where.path),
          body: { versions: [where.version] },
        },
        what: clean(`${name} ${where.path}`, 80),
        success: clean(`version ${where.version} of ${where.path} is ${done}`, 120),
        changes: [where.mount.path],
      };
    },
  };
}

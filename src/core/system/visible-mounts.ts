/** `sys/internal/ui/mounts`: the mounts that a token can see, and the preflight of KV clients. */
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { asFolder, canonicalPath } from '../../../shared/path/canonical.ts';
import type { Acl } from '../../../shared/policy/acl.ts';
import type { AclRule } from '../../../shared/policy/rule-set.ts';
import type { MountEntry } from '../../namespaces/mount-entry.ts';
import type { CoreHandlerGroup, Rights } from '../core-call.ts';
import { mountBody } from './mount-answers.ts';
import { shownPath } from './mounts.ts';

type Routes = typeof sysRoutes;

/**
 * What clients ask before they ask for a secret: which mount a path lies in, and of which version.
 * Only mounts are shown that the caller can use, or that are listed to everybody; for the others
 * the answer is the same as for none, and never 404, which older clients take for "version 1".
 */
export function visibleMountHandlers(): CoreHandlerGroup<
  Routes,
  'visibleMounts' | 'visibleMount' | 'resultantAcl'
> {
  return {
    visibleMounts: {
      async read({ mounts, rights }) {
        const visible = mounts.all().filter((entry) => isVisible(entry, rights));
        return { data: { secret: group(visible, 'secret'), auth: group(visible, 'auth') } };
      },
    },
    visibleMount: {
      async read({ mounts, parameters, rights }) {
        const path = canonicalPath(parameters.path);
        const mount = mounts.find(asFolder(path))?.mount;
        if (mount === undefined || !isUsable(mount, rights)) {
          throw failure('system.preflight', { path });
        }
        return { data: { ...mountBody(mount), path: mount.path } };
      },
    },
    resultantAcl: { read: async ({ rights }) => ({ data: resultantAcl(rights) }) },
  };
}

function group(entries: readonly MountEntry[], kind: MountEntry['kind']): JsonObject {
  const shown = entries
    .filter((entry) => entry.kind === kind)
    .map((entry) => [shownPath(entry), mountBody(entry)] as const);
  return Object.fromEntries(shown);
}

function isVisible(entry: MountEntry, rights: Rights | undefined): boolean {
  return entry.config.listingVisibility === 'unauth' || isUsable(entry, rights);
}

/** Whether some rule grants something at or below the mount. */
function isUsable({ path }: MountEntry, rights: Rights | undefined): boolean {
  if (rights === undefined) return false;
  return rights.acl.isRoot || rights.acl.effectiveRules().some((rule) => grantsIn(rule, path));
}

function grantsIn({ path, kind, capabilities }: AclRule, mountPath: string): boolean {
  const grants = capabilities.length > 0 && !capabilities.includes('deny');
  return grants && kind !== 'unresolved' && reaches(path, mountPath);
}

/** Whether a rule's path (`+` is any segment, a final `*` anything) can match below a folder. */
export function reaches(rulePath: string, folder: string): boolean {
  const folderSegments = folder.slice(0, -1).split('/');
  const ruleSegments = rulePath.split('/');
  for (const [index, segment] of folderSegments.entries()) {
    const rule = ruleSegments[index];
    if (rule === undefined) return false;
    const isLast = index === ruleSegments.length - 1;
    if (isLast && rule.endsWith('*')) return segment.startsWith(rule.slice(0, -1));
    if (rule !== '+' && rule !== segment) return false;
  }
  return true;
}

function resultantAcl(rights: Rights | undefined): JsonObject {
  if (rights === undefined) throw failure('request.permission-denied');
  const { isRoot } = rights.acl;
  const rules = rights.acl.effectiveRules().filter(({ kind }) => kind !== 'unresolved');
  return { root: isRoot, exact_paths: paths(rules, 'exact'), glob_paths: paths(rules, 'wildcard') };
}

function paths(rules: ReturnType<Acl['effectiveRules']>, kind: AclRule['kind']): JsonObject {
  const entries = rules
    .filter((rule) => rule.kind === kind)
    .map(({ path, capabilities }) => [path, { capabilities }] as const);
  return Object.fromEntries(entries);
}

/** `sys/mounts` and `sys/auth`: the mount table. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { newUuid } from '../../../shared/ids.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { rootNamespaceId } from '../../namespaces/layout.ts';
import { type MountEntry, plainMountConfig } from '../../namespaces/mount-entry.ts';
import { mountPath, namedMountPath } from '../../namespaces/mount-paths.ts';
import type { MountTable } from '../../namespaces/mount-table.ts';
import { addMount, removeMount } from '../../namespaces/mounts.ts';
import { newMountAccessor } from '../../namespaces/new-mount.ts';
import type { CoreCall, CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import { engineKey } from '../steps/mount.ts';
import { mountBody, tuneBody } from './mount-answers.ts';
import {
  changedConfig,
  checkedDescription,
  checkedOptions,
  configFieldsOf,
} from './mount-settings.ts';
import type { SystemParts } from './parts.ts';
import { tuneMount } from './tune.ts';

type Routes = typeof sysRoutes;
type MountFields = FieldsOf<Routes['mount']['operations']['write']['fields']>;
type PathCall<Fields> = CoreCall<{ readonly path: string }, Fields>;

/** `sys/mounts` and `sys/auth`. */
export function mountHandlers(
  parts: SystemParts,
): CoreHandlerGroup<
  Routes,
  'mounts' | 'mount' | 'mountTune' | 'authMounts' | 'authMount' | 'authMountTune'
> {
  const { limits } = parts.mint;
  const authPath = (raw: string): string => `auth/${namedMountPath(raw)}`;
  return {
    mounts: { read: async ({ mounts }) => ({ data: listBody(mounts, 'secret') }) },
    mount: {
      read: async ({ mounts, parameters }) => ({
        data: mountBody(requireMount(mounts, namedMountPath(parameters.path))),
      }),
      write: (call) => enable(parts, call),
      delete: (call) => disable(parts, call),
    },
    mountTune: {
      read: async ({ mounts, parameters }) => ({
        data: tuneBody(requireMount(mounts, namedMountPath(parameters.path)), limits),
      }),
      write: (call) => tuneMount(parts, namedMountPath(call.parameters.path), call),
    },
    authMounts: { read: async ({ mounts }) => ({ data: listBody(mounts, 'auth') }) },
    authMount: {
      read: async ({ mounts, parameters }) => ({
        data: mountBody(requireMount(mounts, authPath(parameters.path))),
      }),
      async write() {
        throw failure('mount.auth-type-unknown');
      },
      delete: (call) => disableAuth(authPath(call.parameters.path), call.mounts),
    },
    authMountTune: {
      read: async ({ mounts, parameters }) => ({
        data: tuneBody(requireMount(mounts, authPath(parameters.path)), limits),
      }),
      write: (call) => tuneMount(parts, authPath(call.parameters.path), call),
    },
  };
}

/** The mount at exactly this path. Throws `mount.not-found`. */
function requireMount(mounts: MountTable, path: string): MountEntry {
  const entry = mounts.at(path);
  if (entry === undefined) throw failure('mount.not-found', { path });
  return entry;
}

function listBody(mounts: MountTable, kind: MountEntry['kind']): JsonObject {
  const entries = mounts.all().filter((entry) => entry.kind === kind);
  const named = entries.map((entry) => [shownPath(entry), mountBody(entry)] as const);
  return Object.fromEntries(named);
}

/** Auth mounts are shown without the `auth/` that all of them have. */
export function shownPath({ kind, path }: MountEntry): string {
  return kind === 'auth' ? path.slice('auth/'.length) : path;
}

async function enable(parts: SystemParts, call: PathCall<MountFields>): Promise<CoreOutcome> {
  const entry = newMount(parts, mountPath(call.parameters.path), call.fields);
  const { revision } = await call.transact((attempt) => addMount(attempt, rootNamespaceId, entry));
  return { revision };
}

function newMount(
  { random, mint, engines }: SystemParts,
  path: string,
  fields: MountFields,
): MountEntry {
  const { type, options } = engineOf(fields);
  const isBuiltIn = !engines.has(engineKey(type, options)) || type === 'cubbyhole';
  if (isBuiltIn) throw failure('mount.type-unknown');
  const uuid = newUuid(random);
  return {
    format: 1,
    id: uuid,
    kind: 'secret',
    path,
    type,
    description: checkedDescription(fields.description ?? ''),
    accessor: newMountAccessor(random, 'secret', type),
    uuid,
    options,
    config: changedConfig(plainMountConfig, configFieldsOf(fields.config), mint.limits),
    local: fields.local === true,
    sealWrap: fields.seal_wrap === true,
    externalEntropyAccess: fields.external_entropy_access === true,
  };
}

/** Vault has names for types that include a version. */
function engineOf(fields: MountFields): Pick<MountEntry, 'type' | 'options'> {
  const asked = fields.type;
  const versioned = /^kv-v(?<version>[12])$/u.exec(asked)?.groups?.['version'];
  if (versioned !== undefined) return { type: 'kv', options: { version: versioned } };
  const options = checkedOptions(fields.options ?? null);
  const version = options?.['version'];
  if (asked === 'kv' && version !== undefined && version !== '1' && version !== '2') {
    throw failure('request.field-invalid', { field: 'options', expected: 'version "1" or "2"' });
  }
  return { type: asked, options };
}

/** Takes the mount away at once; its data is deleted behind the answer. */
async function disable(parts: SystemParts, call: PathCall<unknown>): Promise<CoreOutcome> {
  const path = namedMountPath(call.parameters.path);
  const { result: intent, revision } = await call.transact((attempt) =>
    removeMount(attempt, rootNamespaceId, path),
  );
  if (intent === undefined) return {};
  parts.background.start('delete the data of a disabled mount', () =>
    parts.intents.run(rootNamespaceId, intent),
  );
  return { revision };
}

async function disableAuth(path: string, mounts: MountTable): Promise<CoreOutcome> {
  if (mounts.at(path) !== undefined) throw failure('mount.built-in', { action: 'disabled' });
  return {};
}

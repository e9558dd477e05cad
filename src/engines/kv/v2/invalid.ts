import type { kvV2Routes } from '../../../../shared/api/kv-v2.ts';
import type { RouteMethod } from '../../../../shared/api/route.ts';
import type { Answer, Handlers } from '../../engine.ts';

/**
 * Paths that version 2 does not have. Most come from people who left out `data/`: the answer is 404
 * with a warning that says so, which Vault's clients show.
 */

const roots: ReadonlySet<string> = new Set(['data', 'metadata', 'delete', 'undelete', 'destroy']);

const commands: Readonly<Record<RouteMethod, string>> = {
  read: 'get',
  write: 'put',
  patch: 'patch',
  delete: 'delete',
  list: 'list',
  scan: 'scan',
};

/** Where the lines of an answer's `warnings` go. */
interface Warned {
  warn(message: string): void;
}

interface InvalidCall extends Warned {
  readonly method: RouteMethod;
  readonly parameters: { readonly path: string };
}

/** The answer to anything but a list on the root of the mount. */
export function rootAnswer(call: Warned): Answer {
  call.warn('Non-listing operations on the root of a K/V v2 mount are not supported.');
  return { status: 404 };
}

async function answer(call: InvalidCall): Promise<Answer> {
  if (roots.has(call.parameters.path)) return rootAnswer(call);
  call.warn(
    'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API ' +
      'endpoints to use. If using the command line, use ' +
      `'strongbox kv ${commands[call.method]}' for this operation.`,
  );
  return { status: 404 };
}

export const invalidHandlers: Handlers<typeof kvV2Routes>['invalid'] = {
  read: answer,
  write: answer,
  patch: answer,
  delete: answer,
  list: answer,
  scan: answer,
};

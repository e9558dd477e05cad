import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import type { ApiCall } from '../../../client/client.ts';
import type { FlagSpecs } from '../../flag-specs.ts';
import type { Context } from '../../context.ts';
import { readTokenArgument } from '../../input/token-argument.ts';

/** Which token a command means: the own one, one that is given, or that of an accessor. */

export const accessorFlag = {
  accessor: { type: 'text', description: 'Accessor of the token that is meant' },
} as const satisfies FlagSpecs;

export interface Target {
  /** The argument, if there is one. */
  readonly word: string | undefined;
  readonly accessor: string | undefined;
  readonly context: Context;
}

/** The call of `auth/token/<verb>` for it, with more fields in the body. */
export async function targetCall(
  verb: 'lookup' | 'renew' | 'revoke',
  { word, accessor, context }: Target,
  fields: JsonObject = {},
): Promise<ApiCall> {
  if (word !== undefined && accessor !== undefined) {
    const problem = 'give a token or an accessor, not both';
    throw failure('cli.usage', { problem, command: `token ${verb}` });
  }
  const path = `auth/token/${verb}`;
  if (accessor !== undefined) {
    return { operation: 'write', path: `${path}-accessor`, body: { ...fields, accessor } };
  }
  if (word === undefined) {
    return verb === 'lookup'
      ? { operation: 'read', path: `${path}-self` }
      : { operation: 'write', path: `${path}-self`, body: fields };
  }
  const token = await readTokenArgument(word, context);
  return { operation: 'write', path, body: { ...fields, token } };
}

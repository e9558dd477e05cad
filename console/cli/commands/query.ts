import { failure } from '../../../shared/errors/failure.ts';
import type { Query } from '../../client/api-path.ts';

/** Query parameters from `name=value` arguments. */
export function readQuery(words: readonly string[]): Query {
  const entries = words.map((word): [string, string] => {
    const equals = word.indexOf('=');
    if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
    throw failure('cli.input-malformed', {
      source: 'an argument',
      expected: 'name=value',
      reason: 'there is no name or no = in it',
    });
  });
  return Object.fromEntries(entries);
}

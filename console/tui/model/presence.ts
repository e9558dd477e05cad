/**
 * What the other consoles are told of this one. Everybody who watches the ceremony sees it, also
 * without a token, so it names no secret, policy or node: of a policy only a short tag, by which
 * two who edit the same one recognise each other.
 */
import type { Place } from './places.ts';

/** The view, and for a policy its tag: `policy 1a2b3c4d`. */
export function presenceOf({ view, argument }: Place): string {
  return view === 'policy' && argument !== undefined ? policyPresence(argument) : view;
}

export function policyPresence(name: string): string {
  return `policy ${tagOf(name)}`;
}

/** 32 bits of FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): a tag, not a secret. */
function tagOf(name: string): string {
  let hash = 0x811c9dc5;
  for (const character of name) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

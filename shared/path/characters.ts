/**
 * Which characters a path or a name may hold: what Unicode calls printable, with the ASCII space as
 * the only space, and only in form NFKC (UAX #15): two names never differ by spelling alone.
 * Characters that are shown as nothing at all (variation selectors, fillers, joiners: what UAX #44
 * calls default ignorable) are refused, too, or `root` could have many twins.
 */

const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|\p{Default_Ignorable_Code_Point}/u;
const NON_ASCII = /[^\0-\x7f]/;

/** What forbids the text, as the end of a sentence ("… cannot contain X"), or undefined. */
export function unprintableIn(text: string): string | undefined {
  if (!text.isWellFormed()) return 'a lone surrogate';
  if (UNPRINTABLE.test(text)) return 'a character that cannot be printed';
  if (NON_ASCII.test(text) && text.normalize('NFKC') !== text) {
    return 'a character with a second spelling (not in Unicode form NFKC)';
  }
  return undefined;
}

const CAPITAL = /[A-Z]/;

/** Lower-cases A-Z and nothing else: `'\u212A'.toLowerCase()` is `k`, and that is another name. */
export function foldAscii(text: string): string {
  return CAPITAL.test(text) ? foldCapitals(text) : text;
}

function foldCapitals(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

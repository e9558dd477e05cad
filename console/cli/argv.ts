/**
 * Vault's command line writes flags with one dash (`-format=json`), ours with two. Both are taken:
 * a word of several letters behind one dash is a long flag. Single letters (`-h`) stay, and so does
 * everything behind `--`, a lone `-` (standard input) and numbers.
 */
export function normaliseArguments(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const flags = end < 0 ? words : words.slice(0, end);
  const rest = end < 0 ? [] : words.slice(end);
  return [...flags.map(normaliseWord), ...rest];
}

function normaliseWord(word: string): string {
  return /^-[A-Za-z][A-Za-z0-9-]+(?:=|$)/u.test(word) ? `-${word}` : word;
}

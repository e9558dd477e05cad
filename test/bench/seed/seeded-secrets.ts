/** What the bench's secrets hold, and how those are called that are seeded. */

/** What every secret of the bench holds. */
export const secretData: Readonly<Record<string, string>> = {
  user: 'app',
  password: 'x'.repeat(48),
};

/** Secrets of one folder. */
const folderSecrets = 1_000;
const folderDigits = 5;
const secretDigits = 3;

/** The path of the n-th secret below its mount, as in `seed/00012/345`. */
export function seededSecret(index: number): string {
  const folder = String(Math.floor(index / folderSecrets)).padStart(folderDigits, '0');
  return `seed/${folder}/${String(index % folderSecrets).padStart(secretDigits, '0')}`;
}

/** The n-th of many secrets in one folder, as in `many/012345`. */
export function secretOfLargeFolder(index: number): string {
  return `many/${String(index).padStart(folderDigits + 1, '0')}`;
}

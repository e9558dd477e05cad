/** Whether an SPDX licence expression (SPDX 2.3, annex D) is met by a set of licences. */

/** `AND` needs both sides, `OR` one; parentheses and `WITH` are not read, and so not taken. */
export function isTaken(expression: string, taken: ReadonlySet<string>): boolean {
  return expression
    .split(' OR ')
    .some((alternative) => alternative.split(' AND ').every((id) => taken.has(id)));
}

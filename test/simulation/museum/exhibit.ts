/**
 * One rule of the core or the driver, broken in one place: the suites must notice. An exhibit names
 * the text that it changes, which must be there exactly once, and who catches it.
 */
import type { Plan } from '../world/plan.ts';

export type Catcher =
  /** Simulated worlds: some seed of so many breaks an invariant. */
  | {
      readonly kind: 'worlds';
      readonly tier: Plan['tier'];
      readonly seeds: number;
      /** With the driver's limits so small that short runs reach them. */
      readonly isTight: boolean;
    }
  /** A test file fails. */
  | { readonly kind: 'test'; readonly file: string };

export interface Edit {
  /** Relative to the root of the project. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Exhibit extends Edit {
  readonly name: string;
  /** The rule that is broken. */
  readonly rule: string;
  readonly caughtBy: Catcher;
}

/** Where the child process of a visit finds the edit. */
export const editVariable = 'STRONGBOX_MUSEUM_EDIT';

/** The source with the rule broken; throws where the text is not there exactly once. */
export function applyEdit(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(find);
  if (parts.length !== 2) {
    throw new Error(`an edit of ${file} names a text that is there ${parts.length - 1} times`);
  }
  return parts.join(replace);
}

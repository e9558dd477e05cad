/** How much room a sheet in the middle of the screen has for its lines. */
import { borderColumns } from './frame.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const columnsMaxDefault = 64;
export const marginColumns = 1;

/** Columns that a sheet on this screen has for its lines. */
export function modalColumns(screen: ScreenSize, columnsMax: number = columnsMaxDefault): number {
  return Math.min(columnsMax, screen.columns) - borderColumns - 2 * marginColumns;
}

/** Rules of the driver, each broken once. */
import type { Exhibit } from './exhibit.ts';

export const driverExhibits: readonly Exhibit[] = [];

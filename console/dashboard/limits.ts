/** Limits of the wallboard. */

/** Samples that a chart shows: at one every five seconds, ten minutes. */
export const chartSamplesMax = 120;
/** Nodes that have curves; a cluster has at most seven. */
export const chartNodesMax = 8;
/** Updates are passed on to the wallboard this often at most. */
export const wallboardIntervalMs = 500;
/** How often the screen is drawn for its clock. */
export const wallboardClockMs = 1_000;
/** A wallboard that is told to end has this long, and is killed then. */
export const wallboardEndMsMax = 2_000;
/** Below this size there is a sentence; below this width, lists without charts. */
export const wallboardColumns = 60;
export const wallboardLines = 16;
export const wallboardChartColumns = 80;

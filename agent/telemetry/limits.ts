/** Limits of logs and metrics. */

/** Nested objects of one log line. */
export const logDepthMax = 8;
/** Time series of one metric; further label values are counted under `other`. */
export const seriesPerMetricMax = 200;
/** How often the event loop's delay is sampled, and how long a window it is reported over. */
export const loopDelayResolutionMs = 10;

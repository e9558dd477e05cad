/** Limits of what passes between the first request thread and the serving ones. */

/** Requests of one serving thread that the first one has not answered. */
export const passedRequestsMax = 2_048;
/** A thread that has not taken, or dropped, its keys by then is broken. */
export const keyOrderMsMax = 20_000;
/** How often a serving thread tells its figures, and after how many requests at the latest. */
export const figuresMs = 1_000;
export const outcomesTogetherMax = 16_384;

/** Limits of the alarms. */

/** Alarms that stand at the same time; a further one takes the place of the least important. */
export const alarmsMax = 64;
/** Listeners of changes: one for each part that shows alarms, not one for each person who looks. */
export const alarmListenersMax = 16;
/** An alarm's id, and its sentence, in characters; longer sentences are cut. */
export const alarmIdCharactersMax = 128;
export const alarmSentenceCharactersMax = 512;

// Progress and problems in plain words, on stderr, so that a program's own output stays clean.

/** Tells what is being done. */
export function say(text) {
  process.stderr.write(`strongbox: ${text}\n`);
}

/** A problem whose message is all that the user needs: printed as one line, without a stack. */
export class Problem extends Error {}

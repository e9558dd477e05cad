/** The program with long times made short: a minute without a key is 0.3 s. */
import { runProgram } from '../../../console/secret-entry/program.ts';

const minuteMs = 60_000;
const real = globalThis.setTimeout;
globalThis.setTimeout = ((work: () => void, ms: number) =>
  real(work, ms >= minuteMs ? ms / 200 : ms)) as typeof setTimeout;

await runProgram();

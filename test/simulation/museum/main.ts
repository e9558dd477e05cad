/**
 * `npm run museum`: visits every exhibit, or those whose names are given, and says which are not
 * caught.
 */
import { coreExhibits } from './core-exhibits.ts';
import { driverExhibits } from './driver-exhibits.ts';
import { visit } from './visit.ts';

const names = process.argv.slice(2);
const all = [...coreExhibits, ...driverExhibits];
const chosen = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
if (chosen.length === 0) throw new Error(`there are ${all.map(({ name }) => name).join(', ')}`);

let escapedCount = 0;
for (const exhibit of chosen) {
  const begunMs = performance.now();
  const { isCaught, remark } = visit(exhibit);
  if (!isCaught) escapedCount += 1;
  const seconds = ((performance.now() - begunMs) / 1_000).toFixed(1);
  const verdict = isCaught ? 'caught ' : 'ESCAPED';
  process.stdout.write(`${verdict} ${exhibit.name} (${seconds} s): ${remark}\n`);
}
process.stdout.write(`${chosen.length} exhibits, ${escapedCount} not caught\n`);
process.exitCode = escapedCount === 0 ? 0 : 1;

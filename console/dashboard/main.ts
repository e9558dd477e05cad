/**
 * Program: the wallboard, in a process of its own. Its parent, the console, sends it public figures
 * over IPC; it draws them until `q`, Esc, a signal or the parent's end.
 */
import { MetricsHistory } from './history.ts';
import { wallboardClockMs } from './limits.ts';
import { withoutColours } from './paint.ts';
import { WallboardScreen } from './screen.ts';
import { emptyUpdate, type WallboardUpdate } from './update.ts';
import { wallboardView } from './view.ts';

const noColour = (process.env['NO_COLOR'] ?? '') !== '';
const output = noColour ? withoutColours(process.stdout) : process.stdout;
const history = new MetricsHistory();
let update = emptyUpdate;

const screen = new WallboardScreen(output, close);
const draw = (): void => screen.show(wallboardView(update, history, Date.now()));

process.on('message', (message: WallboardUpdate) => {
  update = message;
  if (update.metrics !== undefined) history.add(update.metrics);
  draw();
});
process.once('disconnect', close);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, close);
setInterval(draw, wallboardClockMs);
draw();

function close(): void {
  screen.close();
  process.exit();
}

/** Program: nothing but the meter, to see how late the machine itself is at the same time. */
import { LatenessMeter } from './lateness-meter.ts';
import type { MeterOrder, MeterWord } from './protocol.ts';

const meter = new LatenessMeter();

process.on('message', (order: MeterOrder) => {
  if (order.kind === 'start') meter.start();
  if (order.kind !== 'stop') return;
  const word: MeterWord = { kind: 'measured', lateness: meter.stop() };
  process.send?.(word);
});

/**
 * A bare node:http server in a process of its own: the yardstick of every figure in the same run.
 * It keeps connections alive and answers JSON of the size of a small secret.
 *
 * It works for `workMicroseconds` on each request. A server that does nothing at all answers faster
 * than one thread of wrk can ask: the generator never sleeps, and no answer has to wake it. Every
 * real server pays for that (15-20 µs an answer on a virtual machine, seen as 100,000 requests a
 * second with nothing to do, 37,000 with 10 µs, 21,000 with 20 µs), so the yardstick must, too. The
 * idle one is printed beside it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { BenchRequest } from './load/raw-request.ts';

const body = `${JSON.stringify({ request_id: '', data: { data: { user: 'app', password: 'x'.repeat(48) } } })}\n`;

export const workMicroseconds = 10;
export const yardstickRequest: BenchRequest = { method: 'GET', path: '/', headers: {} };

export interface Yardstick {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

/** Starts a yardstick that works for so long on each request. */
export async function startYardstick(microseconds: number): Promise<Yardstick> {
  const child: ChildProcess = spawn(
    process.execPath,
    [import.meta.filename, 'serve', String(microseconds)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw new Error('the yardstick did not start');
  const [line] = (await once(stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), pid, stop: () => void child.kill('SIGKILL') };
}

function serve(milliseconds: number): void {
  const server = createServer((_request, response) => {
    const done = performance.now() + milliseconds;
    while (performance.now() < done);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') {
      process.stdout.write(`http://127.0.0.1:${address.port}/\n`);
    }
  });
}

if (process.argv[2] === 'serve') serve(Number(process.argv[3]) / 1_000);

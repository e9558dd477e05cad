/**
 * A bare node:http server in a process of its own: the yardstick of every figure in the same run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';

const body = `${JSON.stringify({ request_id: '', data: { data: { user: 'app', password: 'x'.repeat(48) } } })}\n`;

/** Starts the yardstick and resolves with its address and its end. */
export async function startYardstick(): Promise<{ url: string; stop: () => void }> {
  const child: ChildProcess = spawn(process.execPath, [import.meta.filename, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('the yardstick has no stdout');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), stop: () => void child.kill('SIGKILL') };
}

function serve(): void {
  const server = createServer((_request, response) => {
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

if (process.argv[2] === 'serve') serve();

/** Runs `wrk` (one thread) on a load. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Measured } from './measured.ts';
import type { RawLoad } from './raw-load.ts';
import { parseWrkOutput } from './wrk-output.ts';

let found: boolean | undefined;

export function hasWrk(): boolean {
  found ??= spawnSync('wrk', ['--version']).error === undefined;
  return found;
}

/** Throws when wrk itself fails. */
export async function measureWithWrk(load: RawLoad): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-bench-'));
  try {
    const script = join(folder, 'load.lua');
    const requests = join(folder, 'requests');
    await writeFile(requests, framed(load.requests), { mode: 0o600 }); // tokens stay out of argv
    await writeFile(script, luaScript(requests), { mode: 0o600 });
    const output = await runWrk([
      '-t1',
      `-c${load.connections}`,
      `-d${load.seconds}s`,
      '--latency',
      '--timeout',
      '10s',
      '-s',
      script,
      `http://${load.host}:${load.port}/`,
    ]);
    return parseWrkOutput(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each request behind its length, in digits, and a newline. */
function framed(requests: RawLoad['requests']): Buffer {
  return Buffer.concat(
    requests.flatMap((request) => [Buffer.from(`${request.length}\n`), request]),
  );
}

function luaScript(requestsPath: string): string {
  return `
    local requests = {}
    local file = assert(io.open(${JSON.stringify(requestsPath)}, "rb"))
    local size = file:read("*n")
    while size do
      file:read(1)
      requests[#requests + 1] = file:read(size)
      size = file:read("*n")
    end
    file:close()
    local count, at = #requests, 0
    request = function()
      at = at % count + 1
      return requests[at]
    end
  `;
}

function runWrk(wrkArguments: readonly string[]): Promise<string> {
  const child = spawn('wrk', wrkArguments, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) =>
      status === 0 ? resolve(output) : reject(new Error(`wrk ended with ${status}:\n${output}`)),
    );
  });
}

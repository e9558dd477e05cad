/** A server that speaks Vault's dialect over plain HTTP, and calls that prepare a load on it. */
import { inLanes } from '../in-lanes.ts';
import type { BenchRequest } from '../load/raw-request.ts';

const preparingLanes = 32;

export interface Target {
  /** As in `http://127.0.0.1:8200`. */
  readonly address: string;
  readonly token: string;
}

/** The headers of a request with a token. */
export function headersOf(token: string): Readonly<Record<string, string>> {
  return { 'X-Vault-Token': token, 'Content-Type': 'application/json' };
}

/** The answer's JSON (null where it is empty). Throws unless the answer is 2xx. */
export async function call(address: string, request: BenchRequest): Promise<unknown> {
  const { method, path, headers, body = null } = request;
  const answer = await fetch(address + path, { method, headers, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}`);
  return text === '' ? null : JSON.parse(text);
}

/** Sends each of them once. Throws unless all answers are 2xx. */
export async function callEach(address: string, requests: readonly BenchRequest[]): Promise<void> {
  const lanes = { from: 0, to: requests.length, chunkSize: 1, lanes: preparingLanes };
  await inLanes(lanes, async (first, end) => {
    for (const request of requests.slice(first, end)) await call(address, request);
  });
}

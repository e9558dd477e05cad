/** The works of the bench, as data: what each prepares on a server, and what it then asks. */
import { placesMax, spread } from '../load/load.ts';
import type { BenchRequest } from '../load/raw-request.ts';
import { secretData, secretOfLargeFolder } from '../seed/seeded-secrets.ts';
import { call, callEach, headersOf, type Target } from './target.ts';
import type { Work } from './work.ts';

/** Secrets in one folder for `list`, and how many names an answer holds. */
export const listedSecrets = 100_000;
const listNames = 1_000;
/** Of so many requests of a mixed load, one writes. */
const mixedRequests = 10;

const secretBody = JSON.stringify({ data: secretData });

export interface WorkRow {
  readonly name: Work;
  readonly title: string;
  /** Whether it needs `listedSecrets` in one folder: no server is filled over HTTP. */
  readonly seeded: boolean;
  /** Writes what is needed, and returns the requests of the load. */
  readonly prepare: (target: Target) => Promise<readonly BenchRequest[]>;
}

export const works: readonly WorkRow[] = [
  { name: 'read', title: 'KV read', seeded: false, prepare: prepareRead },
  { name: 'write', title: 'KV write', seeded: false, prepare: prepareWrite },
  { name: 'mixed', title: 'KV read 90 %, write 10 %', seeded: false, prepare: prepareMixed },
  { name: 'list', title: 'list 1,000 of 100,000', seeded: true, prepare: prepareList },
  { name: 'create-token', title: 'token create', seeded: false, prepare: prepareCreateToken },
  { name: 'lookup-self', title: 'token lookup-self', seeded: false, prepare: prepareLookup },
];

async function prepareRead({ address, token }: Target): Promise<readonly BenchRequest[]> {
  const read = readRequest(token, '/v1/secret/data/bench/one');
  await call(address, writing(read));
  return [read];
}

async function prepareWrite({ token }: Target): Promise<readonly BenchRequest[]> {
  return spread(writing(readRequest(token, '/v1/secret/data/bench/{n}')));
}

async function prepareMixed({ address, token }: Target): Promise<readonly BenchRequest[]> {
  const reads = spread(readRequest(token, '/v1/secret/data/bench/{n}'), placesMax);
  await callEach(address, reads.map(writing));
  return reads.map((read, at) => (at % mixedRequests === 0 ? writing(read) : read));
}

/** A page after each of a hundred names, from all over the folder. */
async function prepareList({ address, token }: Target): Promise<readonly BenchRequest[]> {
  const headers = headersOf(token);
  const pages = Array.from({ length: listedSecrets / listNames - 1 }, (_, page): BenchRequest => {
    const after = secretOfLargeFolder(page * listNames)
      .split('/')
      .at(-1);
    const path = `/v1/secret/metadata/many?list=true&limit=${listNames}&after=${after}`;
    return { method: 'GET', path, headers };
  });
  const [first] = pages;
  const answer = first && ((await call(address, first)) as { data: { keys: unknown[] } });
  if (answer?.data.keys.length !== listNames) throw new Error('a page is not full');
  return pages;
}

async function prepareCreateToken({ token }: Target): Promise<readonly BenchRequest[]> {
  return [createTokenRequest(token)];
}

async function prepareLookup({ address, token }: Target): Promise<readonly BenchRequest[]> {
  const made = (await call(address, createTokenRequest(token))) as {
    auth: { client_token: string };
  };
  const headers = headersOf(made.auth.client_token);
  return [{ method: 'GET', path: '/v1/auth/token/lookup-self', headers }];
}

export function readRequest(token: string, path: string): BenchRequest {
  return { method: 'GET', path, headers: headersOf(token) };
}

/** The write of what another request reads. */
export function writing(read: BenchRequest): BenchRequest {
  return { ...read, method: 'POST', body: secretBody };
}

export function createTokenRequest(token: string): BenchRequest {
  const body = JSON.stringify({ policies: ['default'], ttl: '24h' });
  return { method: 'POST', path: '/v1/auth/token/create', headers: headersOf(token), body };
}

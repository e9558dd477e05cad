/**
 * Everything that an unsealed agent shows of its state, without what differs from run to run: ids,
 * accessors and times. Two states that are the same text are the same state.
 */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import type { AgentProcess } from '../../support/agent-process.ts';

interface Names {
  readonly data?: { readonly keys?: readonly string[] };
}

type Fields = Readonly<Record<string, unknown>>;

interface Data {
  readonly data: Fields;
}

export class StateReader {
  readonly #agent: AgentProcess;
  readonly #token: string;

  constructor(agent: AgentProcess, token: string) {
    this.#agent = agent;
    this.#token = token;
  }

  async read(): Promise<readonly string[]> {
    const mounts = Object.entries((await this.#get('sys/mounts')).data) as [string, Fields][];
    const kept = mounts.filter(([, mount]) => mount['type'] === 'kv');
    return [
      ...mounts.map(([path, { type, options, config }]) => line(path, { type, options, config })),
      ...(await this.#engines(kept.map(([path]) => path))),
      ...(await this.#each('cubbyhole/', 'cubbyhole/')),
      ...(await this.#each('sys/policies/acl/', 'sys/policies/acl/')),
      ...(await this.#each('auth/token/roles/', 'auth/token/roles/')),
      ...(await this.#tokens()),
      line('key term', { term: (await this.#get('sys/key-status')).data['term'] }),
    ].toSorted();
  }

  async #engines(paths: readonly string[]): Promise<string[]> {
    const lines: string[] = [];
    if (paths.includes('old/')) lines.push(...(await this.#each('old/', 'old/')));
    if (!paths.includes('secret/')) return lines;
    for (const name of await this.#names('secret/metadata/')) {
      const { data } = await this.#get(`secret/metadata/${name}`);
      const versions = data['versions'] as Readonly<Record<string, Fields>>;
      const { current_version, custom_metadata, max_versions } = data;
      lines.push(line(name, { current_version, custom_metadata, max_versions }));
      for (const [version, { deletion_time, destroyed }] of Object.entries(versions)) {
        const gone = { deleted: deletion_time !== '', destroyed };
        lines.push(
          line(`${name} ${version}`, { ...gone, value: await this.#value(name, version) }),
        );
      }
    }
    return lines;
  }

  async #value(name: string, version: string): Promise<unknown> {
    const path = `/v1/secret/data/${name}?version=${version}`;
    const answer = await this.#agent.call('GET', path, { token: this.#token });
    assert.ok(answer.status === 200 || answer.status === 404, answer.text);
    return (answer.json as { data: { data: unknown } }).data.data;
  }

  async #tokens(): Promise<string[]> {
    const found: string[] = [];
    for (const accessor of await this.#names('auth/token/accessors/', false)) {
      const options = { token: this.#token, body: { accessor } };
      const answer = await this.#agent.call('POST', '/v1/auth/token/lookup-accessor', options);
      // One that has just been revoked is still listed for a moment.
      if (answer.status === 404 || answer.status === 403) continue;
      assert.equal(answer.status, 200, answer.text);
      const { display_name, policies, num_uses } = (answer.json as Data).data;
      found.push(line('token', { display_name, policies, num_uses }));
    }
    return found;
  }

  async #each(list: string, prefix: string): Promise<string[]> {
    const lines: string[] = [];
    for (const name of await this.#names(list)) {
      const { data } = await this.#get(prefix + name);
      lines.push(line(prefix + name, { ...data, modified: undefined }));
    }
    return lines;
  }

  /** Names at and below a folder. */
  async #names(list: string, deep = true): Promise<string[]> {
    const answer = await this.#agent.call('LIST', `/v1/${list}`, { token: this.#token });
    if (answer.status === 404) return [];
    assert.equal(answer.status, 200, answer.text);
    const names: string[] = [];
    for (const name of (answer.json as Names).data?.keys ?? []) {
      if (!(deep && name.endsWith('/'))) names.push(name);
      else for (const below of await this.#names(list + name)) names.push(name + below);
    }
    return names;
  }

  async #get(path: string): Promise<Data> {
    const answer = await this.#agent.call('GET', `/v1/${path}`, { token: this.#token });
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
    return answer.json as Data;
  }
}

/** Long ones end in a digest, so that a difference can be read. */
function line(name: string, facts: Fields): string {
  const text = `${name} ${JSON.stringify(facts)}`;
  return text.length <= 100 ? text : `${text.slice(0, 80)}… ${hash('sha256', text).slice(0, 16)}`;
}

/** Requests that cost much (F-34, as far as there are any), and what others see of them. */
import { HealthWatch } from './health-watch.ts';
import { offered } from './offered.ts';
import { heading, row } from './rows.ts';
import { rawRequests, type Stage } from './stage.ts';

const secrets = 100_000;
/** As many as a policy may have, and policies of one token. */
const rules = 1_000;
const policies = 10;
/** Below what JSON may be nested, and the largest body. */
const depth = 60;
const objects = 2_000;

export async function expensiveRequests(stage: Stage): Promise<void> {
  await seedList(stage);
  await timed(stage, `LIST of ${secrets} secrets`, 'LIST /v1/secret/metadata/list');
  await policyRows(stage);
  await timed(stage, `JSON of ${depth} levels`, 'POST /v1/secret/data/deep', {
    data: nested(depth),
  });
  const many = { data: { list: Array.from({ length: objects }, (_, at) => ({ at: `${at}` })) } };
  await timed(stage, `JSON of ${objects} objects`, 'POST /v1/secret/data/many', many);
}

async function policyRows(stage: Stage): Promise<void> {
  const { agent, token } = stage;
  const names = Array.from({ length: policies }, (_, at) => `large-${at}`);
  for (const name of names) {
    const texts = Array.from(
      { length: rules },
      (_, at) => `path "secret/data/${name}-${at}/*" { capabilities = ["read"] }`,
    );
    const path = `/v1/sys/policies/acl/${name}`;
    const body = { policy: texts.join('\n') };
    if (name === names.at(-1)) {
      await timed(stage, `a policy of ${rules} rules is written`, `PUT ${path}`, body);
    } else await agent.call('PUT', path, { token, body });
  }
  const body = { policies: names };
  const made = await agent.call('POST', '/v1/auth/token/create', { token, body });
  const { auth } = made.json as { auth: { client_token: string } };
  const other = { ...stage, token: auth.client_token };
  const all = rules * policies;
  await timed(other, `the first request under ${all} rules`, 'GET /v1/secret/data/large-7-7/a');
  await timed(other, `a further request under ${all} rules`, 'GET /v1/secret/data/large-9-9/a');
}

function nested(levels: number): unknown {
  return levels === 0 ? 'x' : { a: nested(levels - 1) };
}

async function seedList(stage: Stage): Promise<void> {
  const load = Array.from({ length: secrets }, (_, at) => ({
    method: 'POST' as const,
    path: `/v1/secret/data/list/${String(at).padStart(6, '0')}`,
    body: '{"data":{"a":"b"}}',
  }));
  const requests = rawRequests(stage, load);
  await offered({
    port: stage.agent.port,
    requests,
    perSecond: 100_000,
    seconds: 120,
    connections: 64,
    countMax: secrets,
  });
}

/** `asked`: verb and path. */
async function timed(
  { agent, token }: Stage,
  what: string,
  asked: string,
  body?: unknown,
): Promise<void> {
  const [method = '', path = ''] = asked.split(' ');
  const health = new HealthWatch(agent.port);
  const begun = performance.now();
  const answer = await agent.call(method, path, { token, body });
  const tookMs = performance.now() - begun;
  const { worstMs } = await health.stop();
  heading(`${what}: ${answer.status}`);
  row('answered after', tookMs, 'ms');
  row('sys/health meanwhile, worst', worstMs, 'ms', { most: 100 });
}

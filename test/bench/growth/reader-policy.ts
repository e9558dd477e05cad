/** A policy of so many rules, of which one lets its tokens read the secret that is measured. */
import type { AgentProcess } from '../../support/agent-process.ts';

export const readPath = '/v1/secret/data/bench/one';
const readRule = 'path "secret/data/bench/one" { capabilities = ["read"] }';

/** Rules as teams have them: of one path, of all below one, and with a segment that may be any. */
function otherRule(at: number): string {
  const path = [
    `secret/data/team-${at}/config`,
    `secret/data/team-${at}/*`,
    `secret/metadata/+/team-${at}/*`,
  ][at % 3];
  return `path "${path}" { capabilities = ["create", "read", "update", "list"] }`;
}

/** The text of a policy with `rules` rules; its last one is the one that counts. */
function readerPolicy(rules: number): string {
  const others = Array.from({ length: rules - 1 }, (_, at) => otherRule(at));
  return [...others, readRule].join('\n');
}

/** Writes such a policy. */
export async function allowReading(
  { agent, rootToken }: { readonly agent: AgentProcess; readonly rootToken: string },
  name: string,
  rules: number,
): Promise<void> {
  const path = `/v1/sys/policies/acl/${name}`;
  const body = { policy: readerPolicy(rules) };
  const { status } = await agent.call('POST', path, { token: rootToken, body });
  if (status !== 204) throw new Error(`writing the policy ${name} answered ${status}`);
}

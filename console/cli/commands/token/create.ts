/** `strongbox token create`: make a token. */
import { failure } from '../../../../shared/errors/failure.ts';
import { isJsonObject, type JsonObject } from '../../../../shared/json/value.ts';
import { type Command, defineCommand } from '../../command.ts';
import type { FlagSpecs, FlagValues } from '../../flag-specs.ts';
import { answerResult, authResult } from '../../output/answers.ts';
import { readQuery } from '../query.ts';

const flags = {
  policy: { type: 'texts', description: 'Policy to attach; without it those of the caller' },
  ttl: { type: 'text', description: 'Life until it must be renewed, as 1h' },
  'explicit-max-ttl': { type: 'text', description: 'Life that no renewal exceeds' },
  period: { type: 'text', description: 'Each renewal gives this much life, without end' },
  renewable: { type: 'switch', description: 'May be renewed (=false: may not)' },
  orphan: { type: 'switch', description: 'Has no parent and outlives the caller' },
  'no-default-policy': { type: 'switch', description: 'Without the policy "default"' },
  'use-limit': { type: 'count', description: 'Requests that it is good for; 0 means no limit' },
  'display-name': { type: 'text', description: 'Name in lookups and in the audit log' },
  metadata: { type: 'texts', description: 'name=value for lookups and the audit log' },
  type: { type: 'text', description: 'Kind of token', choices: ['service', 'batch'] },
  role: { type: 'text', description: 'Make it by the settings of this token role' },
} as const satisfies FlagSpecs;

export const command: Command = defineCommand({
  arguments: '',
  flags,
  examples: [
    ['token create --policy app --ttl 1h', 'A child of the calling token'],
    ['token create --orphan --period 24h --field token', 'The token alone, for a service'],
  ],
  async run({ flags: given, context }) {
    const path = given.role === undefined ? 'create' : `create/${given.role}`;
    const body = createBody(given);
    const call = { operation: 'write', path: `auth/token/${path}`, body } as const;
    const answer = await context.client().request(call);
    const { auth } = answer.body;
    await context.printer.result(
      isJsonObject(auth) ? authResult(answer.body, auth) : answerResult(answer.body),
    );
  },
});

function createBody(given: FlagValues<typeof flags>): JsonObject {
  const texts = {
    ttl: given.ttl,
    explicit_max_ttl: given['explicit-max-ttl'],
    period: given.period,
    display_name: given['display-name'],
    type: given.type,
  };
  const named = Object.entries(texts).filter((entry): entry is [string, string] => {
    if (entry[1] !== '') return entry[1] !== undefined;
    throw failure('cli.usage', { problem: 'a flag is empty', command: 'token create' });
  });
  return {
    ...Object.fromEntries(named),
    ...(given.policy.length > 0 && { policies: given.policy }),
    ...(given.renewable !== undefined && { renewable: given.renewable }),
    ...(given.orphan !== undefined && { no_parent: given.orphan }),
    ...(given['no-default-policy'] === true && { no_default_policy: true }),
    ...(given['use-limit'] !== undefined && { num_uses: given['use-limit'] }),
    ...(given.metadata.length > 0 && { meta: readQuery(given.metadata) as JsonObject }),
  };
}

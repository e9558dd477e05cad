/**
 * `strongbox policy test`: say what a policy file decides, and by which rule, without a server.
 */
import { failure } from '../../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { canonicalPath } from '../../../../shared/path/canonical.ts';
import { operationPath } from '../../../../shared/path/operation-path.ts';
import { compileAcl, type Decision } from '../../../../shared/policy/acl.ts';
import { CAPABILITIES, type OperationCapability } from '../../../../shared/policy/capabilities.ts';
import { explain } from '../../../../shared/policy/explain.ts';
import type { Policy } from '../../../../shared/policy/policy.ts';
import { type Command, defineCommand } from '../../command.ts';
import { safeLines } from '../../output/safe-text.ts';
import { readQuery } from '../query.ts';
import { checkedPolicy, readSource } from './source.ts';

const operations = CAPABILITIES.filter((name) => name !== 'sudo' && name !== 'deny');

export const command: Command = defineCommand({
  arguments: '<file..>',
  argumentTexts: { file: 'Files with the policies that a token would have together' },
  description: 'Exit code 0 if the request would be allowed, 2 if it would be denied.',
  online: false,
  flags: {
    path: { type: 'text', description: 'Path of the request, as secret/data/app (needed)' },
    capability: {
      type: 'text',
      description: 'What the request needs (needed)',
      choices: operations,
    },
    sudo: { type: 'switch', description: 'The request needs sudo, too' },
    parameter: { type: 'texts', description: 'name=value in the body of the request' },
    identity: { type: 'texts', description: 'Value of a template, as identity.entity.id=7' },
  },
  examples: [
    ['policy test app.hcl --path secret/data/app --capability read', 'Which rule decides'],
    ['policy test a.hcl b.hcl --path secret/metadata/ --capability list', 'Two policies together'],
  ],
  async run({ flags, arguments: files, context }) {
    if (flags.path === undefined || flags.capability === undefined) {
      const problem = '--path and --capability are needed';
      throw failure('cli.usage', { problem, command: 'policy test' });
    }
    const policies: Policy[] = [];
    for (const file of files) {
      const source = await readSource(file, context);
      policies.push(checkedPolicy(source.shown, source, context));
    }
    const identity = new Map(Object.entries(readQuery(flags.identity)));
    const capability = flags.capability as OperationCapability;
    const decision = compileAcl(policies, (key) => identity.get(key)).decide({
      path: operationPath(canonicalPath(flags.path), capability),
      capability,
      sudo: flags.sudo,
      parameters: parametersOf(flags.parameter),
    });
    const table = () => `${safeLines(explain(decision))}\n`;
    await context.printer.result({ value: decisionValue(decision), table });
    return decision.allowed ? 0 : 2;
  },
});

function parametersOf(texts: readonly string[]): JsonObject {
  return readQuery(texts) as JsonObject;
}

function decisionValue(decision: Decision): JsonObject {
  const { deciding } = decision;
  return {
    allowed: decision.allowed,
    reason: decision.reason,
    path: decision.path,
    capability: decision.capability,
    capabilities: decision.capabilities,
    rule: deciding?.path ?? null,
    sources: deciding?.sources.map(({ policy, line }) => ({ policy, line })) ?? [],
    explanation: explain(decision),
  };
}

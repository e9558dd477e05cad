import { type Acl, compileAcl, type Decision } from '../../../shared/policy/acl.ts';
import type { OperationCapability } from '../../../shared/policy/capabilities.ts';
import { parsePolicyOrThrow } from '../../../shared/policy/parse.ts';
import type { TemplateValues } from '../../../shared/policy/templates.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';

/** The access list of policies given as texts, named p1, p2 and so on. */
export function aclOf(texts: readonly string[], values: TemplateValues = () => undefined): Acl {
  const policies = texts.map((text, index) => parsePolicyOrThrow(`p${index + 1}`, text));
  return compileAcl(policies, values);
}

/** A rule's text. */
export function rule(path: string, ...capabilities: readonly string[]): string {
  return `path ${JSON.stringify(path)} { capabilities = ${JSON.stringify(capabilities)} }\n`;
}

export function decide(acl: Acl, capability: OperationCapability, path: string): Decision {
  return acl.decide({ path: canonicalPath(path), capability });
}

export function allows(acl: Acl, capability: OperationCapability, path: string): boolean {
  return decide(acl, capability, path).allowed;
}

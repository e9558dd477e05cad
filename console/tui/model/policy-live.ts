/**
 * What a policy's text means while it is typed: its problems, its rules in the order in which they
 * decide, and what it would say of a path. The same parser and the same decision as the agent's.
 */
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { type CanonicalPath, canonicalPath } from '../../../shared/path/canonical.ts';
import { operationPath } from '../../../shared/path/operation-path.ts';
import { type Acl, compileAcl, type Decision } from '../../../shared/policy/acl.ts';
import { diagnosticProblem } from '../../../shared/policy/diagnostics.ts';
import { explain } from '../../../shared/policy/explain.ts';
import { parsePolicy } from '../../../shared/policy/parse.ts';
import type { Diagnostic } from '../components/editor-lines.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';
import type { TryCapability } from './policy-editor.ts';

export interface LivePolicy {
  readonly isValid: boolean;
  /** `✓ valid, 3 rules`, `✗ 2 errors`. */
  readonly verdict: SafeText;
  /** Under their lines in the editor. */
  readonly diagnostics: readonly Diagnostic[];
  /** In the order in which they decide. */
  readonly rules: readonly {
    readonly path: SafeText;
    readonly grants: SafeText;
    readonly denies: boolean;
  }[];
  /** Undefined for a text with errors. */
  readonly acl: Acl | undefined;
}

const messageColumnsMax = 200;
const pathColumnsMax = 120;

export function livePolicy(name: string, text: string): LivePolicy {
  const { policy, diagnostics } = parsePolicy(name, text);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const compiled =
    policy === undefined ? undefined : compiledAcl(() => compileAcl([policy], noValue));
  const acl = typeof compiled === 'string' ? undefined : compiled;
  return {
    isValid: acl !== undefined,
    verdict: verdictOf({ errors, warnings, rules: policy?.rules.length ?? 0, refusal: compiled }),
    diagnostics: diagnostics.map((diagnostic) => ({
      line: diagnostic.line,
      column: diagnostic.column,
      severity: diagnostic.severity,
      message: clean(
        `line ${diagnostic.line}, column ${diagnostic.column}: ${diagnosticProblem(diagnostic)}`,
        messageColumnsMax,
      ),
    })),
    rules: (acl?.effectiveRules() ?? []).map(({ path, capabilities }) => ({
      path: clean(path, pathColumnsMax),
      grants: literal(capabilities.includes('deny') ? 'DENY' : capabilities.join(' ') || 'nothing'),
      denies: capabilities.includes('deny'),
    })),
    acl,
  };
}

/** Templates have no value before somebody's token gives them one. */
function noValue(): undefined {
  return undefined;
}

/** Too many rules are a refusal of the compiler's, in its words. */
function compiledAcl(compile: () => Acl): Acl | string {
  try {
    return compile();
  } catch (error) {
    if (error instanceof StrongBoxError) return error.message;
    throw error;
  }
}

function verdictOf(found: {
  readonly errors: number;
  readonly warnings: number;
  readonly rules: number;
  readonly refusal: Acl | string | undefined;
}): SafeText {
  const { errors, warnings, rules, refusal } = found;
  if (typeof refusal === 'string') return clean(`✗ ${refusal}`, messageColumnsMax);
  if (errors > 0) return literal(`✗ ${errors} ${errors === 1 ? 'error' : 'errors'}`);
  const warned = warnings === 0 ? '' : `, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  return literal(`✓ valid, ${rules} ${rules === 1 ? 'rule' : 'rules'}${warned}`);
}

export interface TryOutcome {
  readonly isAllowed: boolean;
  /** `read → DENIED by line 4`, then why. */
  readonly sentences: readonly SafeText[];
}

/** `read → DENIED by line 4` */
function verdictText({ allowed, capability, deciding, reason }: Decision): string {
  const lines = (deciding?.sources ?? []).map(({ line }) => line).join(', ');
  const by = lines === '' ? '' : ` by line ${lines}`;
  const end = reason === 'no-rule' ? ': no rule matches' : by;
  return `${capability} → ${allowed ? 'ALLOWED' : 'DENIED'}${end}`;
}

/** What the policy alone would say of the path; undefined while nothing can be said. */
export function tryPath(
  acl: Acl | undefined,
  typed: string,
  capability: TryCapability,
): TryOutcome | undefined {
  if (acl === undefined || typed === '') return undefined;
  let path: CanonicalPath;
  try {
    path = operationPath(canonicalPath(typed.replace(/^\/+/u, '')), capability);
  } catch (error) {
    if (!(error instanceof StrongBoxError)) throw error;
    return { isAllowed: false, sentences: [clean(error.message, messageColumnsMax)] };
  }
  const decision = acl.decide({ path, capability });
  // That no rule matches is said already; what follows is of rules that could not be rendered.
  const why = explain(decision)
    .split('\n')
    .slice(decision.reason === 'no-rule' ? 1 : 0);
  const hint = decision.allowed ? [] : segmentHint(acl, path, capability);
  const sentences = [verdictText(decision), ...why, ...hint].map((line) => clean(line, 300));
  return { isAllowed: decision.allowed, sentences };
}

/** The error that everybody makes once: a segment behind the mount that the engine wants. */
function segmentHint(acl: Acl, path: CanonicalPath, capability: TryCapability): readonly string[] {
  const [mount = '', second = '', ...rest] = path.split('/');
  const behind = [second, ...rest].join('/');
  const isWith = second === 'data';
  const other = canonicalPath(
    isWith ? [mount, ...rest].join('/') : [mount, 'data', behind].join('/'),
  );
  if (!acl.decide({ path: other, capability }).allowed) return [];
  return isWith
    ? [`a rule allows ${other}: where ${mount}/ is KV version 2, rules name ${path}`]
    : [`${other} is allowed: where ${mount}/ is KV version 2, that is the path`];
}

import { failure, StrongBoxError } from '../../../../shared/errors/failure.ts';
import { diagnosticText } from '../../../../shared/policy/diagnostics.ts';
import { parsePolicy } from '../../../../shared/policy/parse.ts';
import type { Policy } from '../../../../shared/policy/policy.ts';
import type { Context } from '../../context.ts';

/** A policy's text from a file or, for `-`, from standard input. */
export interface PolicySource {
  /** What messages call it. */
  readonly shown: string;
  readonly text: string;
}

export async function readSource(file: string, context: Context): Promise<PolicySource> {
  const bytes = await context.input.fileOrStandardInput(file);
  const shown = file === '-' ? 'standard input' : file;
  try {
    return { shown, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const details = { source: shown, expected: 'a policy', reason: 'it is not UTF-8 text' };
    throw failure('cli.input-malformed', details);
  }
}

/** The policy, after every mistake and doubt was shown. Throws `cli.policy-invalid`. */
export function checkedPolicy(name: string, source: PolicySource, context: Context): Policy {
  const { policy, diagnostics } = parsePolicy(name, source.text);
  for (const diagnostic of diagnostics) {
    const place = `${source.shown}: ${diagnosticText(diagnostic)}`;
    if (diagnostic.severity === 'error') context.printer.note(place);
    else context.printer.warn(place);
  }
  if (policy !== undefined) return policy;
  const count = diagnostics.filter(({ severity }) => severity === 'error').length;
  throw failure('cli.policy-invalid', { source: source.shown, count });
}

/** Whether an error is one of a policy's text, with a place in it. */
export function isPolicyProblem(error: unknown): error is StrongBoxError {
  return error instanceof StrongBoxError && error.code === 'policy.invalid';
}

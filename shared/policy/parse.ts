/**
 * Policies from text, in Vault's HCL or JSON. The parse reports everything that it finds, with line
 * and column, so that a console can underline and an operator can mend all of it at once.
 */
import { utf8Length } from '../encoding/utf8.ts';
import { failure } from '../errors/failure.ts';
import { type Diagnostic, DiagnosticList, diagnosticProblem, LineMap } from './diagnostics.ts';
import { SyntaxProblem } from './lexer.ts';
import { policyTextBytesMax } from './limits.ts';
import type { Policy } from './policy.ts';
import { readPolicy } from './read-policy.ts';
import { parseSyntax } from './syntax.ts';

export interface PolicyParse {
  /** Undefined if any diagnostic is an error: a policy is never used in part. */
  readonly policy: Policy | undefined;
  /** In order of appearance; at most `policyDiagnosticsMax`. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a policy's text under a name that the caller has checked. Never throws for a bad text. */
export function parsePolicy(name: string, text: string): PolicyParse {
  const lines = new LineMap(text);
  const diagnostics = new DiagnosticList(lines);
  try {
    checkText(text);
    const rules = readPolicy(parseSyntax(text).entries, lines, diagnostics);
    const policy = diagnostics.hasErrors ? undefined : { name, rules };
    return { policy, diagnostics: diagnostics.inOrder };
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    diagnostics.error(error.span, error.message, error.hint);
    return { policy: undefined, diagnostics: diagnostics.inOrder };
  }
}

/** The same for callers that need the policy. Throws `policy.invalid` with the first error. */
export function parsePolicyOrThrow(name: string, text: string): Policy {
  const { policy, diagnostics } = parsePolicy(name, text);
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (policy !== undefined || error === undefined) return policy as Policy;
  const { line, column } = error;
  throw failure('policy.invalid', { line, column, problem: diagnosticProblem(error) });
}

/** What no part of a text may be. Throws SyntaxProblem. */
export function checkText(text: string): void {
  const start = { offset: 0, end: 0 };
  if (text.length > policyTextBytesMax || utf8Length(text) > policyTextBytesMax) {
    throw new SyntaxProblem(start, `the policy is longer than ${policyTextBytesMax} bytes`);
  }
  if (!text.isWellFormed()) throw new SyntaxProblem(start, 'the policy is not Unicode text');
  if (text.includes('\0')) throw new SyntaxProblem(start, 'the policy holds a NUL character');
}

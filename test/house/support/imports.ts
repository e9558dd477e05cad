/**
 * Reads a module's imports. Sources are formatted, so a pattern is exact enough for house rules.
 */
import { posix } from 'node:path';
import type { ProjectFile } from './project.ts';

export interface Import {
  /** As written: a package, `node:…` or a relative path. */
  readonly specifier: string;
  /** The imported file relative to the project's folder; undefined for packages. */
  readonly target: string | undefined;
  /** Whether the whole declaration is `import type` or `export type`. */
  readonly onlyTypes: boolean;
}

const declaration =
  /^(?:import|export)(?<type> type)?(?:\s[^;'"]*?\bfrom)?\s*'(?<static>[^']+)'|\bimport\(\s*'(?<dynamic>[^']+)'\s*\)/gm;

/** All imports and re-exports of a file, dynamic ones included, in order. */
export function importsOf({ path, text }: ProjectFile): readonly Import[] {
  const found: Import[] = [];
  for (const { groups } of text.matchAll(declaration)) {
    const specifier = groups?.['static'] ?? groups?.['dynamic'] ?? '';
    const isRelative = specifier.startsWith('.');
    const target = isRelative ? posix.join(posix.dirname(path), specifier) : undefined;
    found.push({ specifier, target, onlyTypes: groups?.['type'] !== undefined });
  }
  return found;
}

/**
 * Where a program that the console starts lies. Beside the bundle lie bundles; beside the
 * compiler's output each program lies where its source does, and finds itself.
 */
import { fileURLToPath } from 'node:url';

/** The bundled program, or undefined where nothing is bundled. */
export function bundledProgram(name: 'secret-entry'): string | undefined {
  if (!import.meta.url.endsWith('.mjs')) return undefined;
  return fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));
}

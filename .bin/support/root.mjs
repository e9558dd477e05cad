// The project's folder, wherever it was cloned to, and what in it several files name.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Compiled code of the command line and the console, kept by Node between starts. */
export const compileCache = join(root, '.build', 'compile-cache');

/** Says of which sources the build is; not there while one is unfinished. */
export const buildStamp = join(root, '.build', 'stamp');

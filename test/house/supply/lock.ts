/**
 * What the lock file says: every package that an installation may bring, and which of them needs
 * which. A package is found from another as Node finds it, in the nearest `node_modules` above.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/project.ts';
import { licencesReadByHand } from './reasons.ts';

type Names = Readonly<Record<string, string>>;

export interface LockEntry {
  readonly version: string;
  /** As its package.json says it: mostly an SPDX expression, in old packages anything else. */
  readonly license?: unknown;
  /** `sha512-` and base64. */
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies: Names;
  readonly devDependencies: Names;
  readonly optionalDependencies: Names;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

/** `ships`: part of an installed product, also where it is optional. */
export type Use = 'ships' | 'develops';

export interface Package {
  /** Its place: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, or `undefined` where none is known. */
  readonly licence: string | undefined;
  readonly use: Use;
  readonly entry: LockEntry;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}

export const manifest: Manifest = read('package.json') as Manifest;

const { packages: entries } = read('package-lock.json') as {
  readonly packages: Readonly<Record<string, LockEntry>>;
};

export const packages: readonly Package[] = Object.entries(entries)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => packageOf(path, entry));

const byPath = new Map(packages.map((each) => [each.path, each]));

function packageOf(path: string, entry: LockEntry): Package {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const { version } = entry;
  const use = entry.dev === true || entry.devOptional === true ? 'develops' : 'ships';
  const licence = licencesReadByHand.get(`${name}@${version}`)?.licence ?? entry.license;
  return { path, name, version, licence: plainLicence(licence), use, entry };
}

function plainLicence(licence: unknown): string | undefined {
  return typeof licence === 'string' ? licence.replace(/^\((.*)\)$/u, '$1') : undefined;
}

/** Names that the manifest asks for itself, sorted. */
export function directNames(): readonly string[] {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).sort();
}

/** The package that a direct dependency is. */
export function directPackage(name: string): Package | undefined {
  return byPath.get(`node_modules/${name}`);
}

/** What a package needs, of what the lock file holds. */
export function needsOf({ path, entry }: Package): readonly Package[] {
  const { dependencies, optionalDependencies, peerDependencies } = entry;
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return names.flatMap((name) => resolve(path, name) ?? []);
}

function resolve(from: string, name: string): Package | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const found = byPath.get(`${folder}/node_modules/${name}`);
    if (found !== undefined) return found;
    if (!folder.includes('/node_modules/')) return byPath.get(`node_modules/${name}`);
  }
}

/** A package and all that it needs, directly or not. */
export function closureOf(start: Package): ReadonlySet<Package> {
  const found = new Set([start]);
  for (const each of found) for (const needed of needsOf(each)) found.add(needed);
  return found;
}

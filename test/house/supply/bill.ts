/**
 * The bill of materials in CycloneDX 1.6 (ECMA-424, https://cyclonedx.org/docs/1.6/json): every
 * package of the lock file, once for each name and version, with its digest, its licence and what
 * it needs. The same lock file gives the same bill, byte for byte. (`npm sbom` writes 1.5, with a
 * time, a serial number and the name of the folder it runs in.)
 */
import { manifest, directNames, directPackage, needsOf, type Package, packages } from './lock.ts';

/** `excluded`: for development and tests, never reached by what runs. */
type Scope = 'required' | 'optional' | 'excluded';

export interface Component {
  readonly type: 'library' | 'application';
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly scope?: Scope;
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly licenses?: readonly (
    | { readonly license: { readonly id: string } }
    | { readonly expression: string }
  )[];
  readonly purl: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

export interface Bill {
  readonly $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json';
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber?: string;
  readonly version: 1;
  readonly metadata: {
    readonly timestamp?: string;
    readonly lifecycles: readonly [{ readonly phase: 'pre-build' }];
    readonly component: Component;
  };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface BillOptions {
  /** Only what is part of an installed product. */
  readonly shippedOnly?: boolean;
  /** What makes this print of the bill another than the one before. */
  readonly stamp?: { readonly timestamp: string; readonly serialNumber: string };
}

export function makeBill({ shippedOnly = false, stamp }: BillOptions = {}): Bill {
  const wanted = packages.filter(({ use }) => !shippedOnly || use === 'ships');
  const groups = Map.groupBy(wanted, purlOf);
  const refs = [...groups.keys()].sort();
  const own = ownComponent();
  const direct = directNames().flatMap((name) => directPackage(name) ?? []);
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    ...(stamp !== undefined && { serialNumber: stamp.serialNumber }),
    version: 1,
    metadata: {
      ...(stamp !== undefined && { timestamp: stamp.timestamp }),
      lifecycles: [{ phase: 'pre-build' }],
      component: own,
    },
    components: refs.map((ref) => componentOf(groups.get(ref) ?? [])),
    dependencies: [
      { ref: own.purl, dependsOn: refsIn(direct, groups) },
      ...refs.map((ref) => {
        return { ref, dependsOn: refsIn((groups.get(ref) ?? []).flatMap(needsOf), groups) };
      }),
    ],
  };
}

function ownComponent(): Component {
  const { name, version, description, license: id } = manifest;
  const purl = `pkg:npm/${name}@${version}`;
  const licenses = [{ license: { id } }];
  return { type: 'application', 'bom-ref': purl, name, version, description, licenses, purl };
}

/** Copies of one version in several places are one component. */
function componentOf(copies: readonly Package[]): Component {
  const [first] = copies;
  if (first === undefined) throw new Error('a component has a package');
  const purl = purlOf(first);
  const [group, name = first.name] = first.name.startsWith('@') ? first.name.split('/') : [];
  return {
    type: 'library',
    'bom-ref': purl,
    ...(group !== undefined && { group }),
    name,
    version: first.version,
    scope: scopeOf(copies),
    ...hashOf(first),
    ...licenceOf(first),
    purl,
    ...(first.entry.hasInstallScript === true && {
      properties: [{ name: 'cdx:npm:package:hasInstallScript', value: 'true' }],
    }),
  };
}

function scopeOf(copies: readonly Package[]): Scope {
  if (copies.every(({ use }) => use === 'develops')) return 'excluded';
  return copies.every(({ entry }) => entry.optional === true) ? 'optional' : 'required';
}

function hashOf({ entry: { integrity = '' } }: Package): Pick<Component, 'hashes'> {
  const [, digest] = /^sha512-(\S+)$/u.exec(integrity) ?? [];
  if (digest === undefined) return {};
  return { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] };
}

function licenceOf({ licence }: Package): Pick<Component, 'licenses'> {
  if (licence === undefined) return {};
  if (licence.includes(' ')) return { licenses: [{ expression: licence }] };
  return { licenses: [{ license: { id: licence } }] };
}

/** https://github.com/package-url/purl-spec: the `@` of a scope is escaped. */
export function purlOf({ name, version }: Package): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function refsIn(
  needed: readonly Package[],
  groups: ReadonlyMap<string, unknown>,
): readonly string[] {
  const refs = new Set(needed.map(purlOf).filter((ref) => groups.has(ref)));
  return [...refs].sort();
}

/** The page that tells a security team what the product is made of: agent/supply-chain.md. */
import {
  closureOf,
  directNames,
  directPackage,
  manifest,
  type Package,
  packages,
  type Use,
} from './lock.ts';
import { installScripts, licencesReadByHand, licencesUnknown, reasons } from './reasons.ts';

export const pagePath = 'agent/supply-chain.md';

const opening = `# Supply chain

Made by \`test/house/supply-chain.test.ts\` from \`package.json\`, \`package-lock.json\` and
\`test/house/supply/reasons.ts\`; with \`STRONGBOX_REWRITE=1\` the test writes this page anew. It fails
when a version is a range, when a package with an install script or another licence comes in, or
when a direct dependency has no reason here.

- Versions are exact and the lock file holds a SHA-512 digest of every package; an installation is
  \`npm ci --ignore-scripts\`, so it gets these bytes or none.
- \`npm run sbom\` prints the bill of materials (CycloneDX 1.6). The same lock file gives the same bytes:
  time and serial number only come with \`-- --stamped\`; \`-- --shipped\` leaves out what only develops.
- \`sqlite3\` brings no binary. What its script downloads is the one thing that no digest of ours covers;
  \`npm_config_build_from_source=true\` in the environment of the first start compiles it from the
  source that the lock file does cover.
`;

const audit = `## Known advisories

\`npm audit --omit=dev\` (what ships) and \`npm audit\` (all) ask the registry that you use, and they are to
be run where releases are made. The registry of the machine on which this page was last reviewed
answers neither (405 Method Not Allowed), so **there is no verdict of \`npm audit\` behind this
page**. What a reading of the list by hand knows of:

- \`xml2js\` before 0.5.0 (CVE-2023-0842, a prototype is changed by hostile XML) comes with
  blessed-contrib's map. The wallboard draws no map and does not load it, and runs in a child
  process of the console without keys or tokens. The cure is to do without blessed-contrib.
- \`event-stream\` 0.9.8 is not the release that held malicious code (3.3.6).
`;

/** The whole page. */
export function renderPage(): string {
  return [
    opening,
    '## What ships',
    '',
    ...directTable('ships'),
    '',
    '## What only develops, tests and builds',
    '',
    ...directTable('develops'),
    '',
    ...scripts(),
    '',
    ...licences(),
    '',
    audit,
  ].join('\n');
}

function directTable(use: Use): readonly string[] {
  const rows = directNames().flatMap((name) => {
    const found = directPackage(name);
    if (found === undefined || useOf(name) !== use) return [];
    const reason = reasons.get(name);
    const rooms = reason === undefined || reason.rooms.length === 0 ? ['–'] : reason.rooms;
    const others = closureOf(found).size - 1;
    const script = found.entry.hasInstallScript === true ? 'yes' : 'no';
    const { version, licence = 'none' } = found;
    return [[name, version, licence, rooms.join(', '), String(others), script, reason?.why ?? '']];
  });
  const head = ['package', 'version', 'licence', 'used by', 'brings', 'install script', 'why'];
  return table([head, ...rows]);
}

/** What the manifest says; the lock file marks an optional Node as what it is for others, too. */
function useOf(name: string): Use {
  return Object.hasOwn(manifest.devDependencies, name) ? 'develops' : 'ships';
}

function scripts(): readonly string[] {
  const rows = withScripts().map(({ name, version }) => {
    const { does = '', runs = '' } = installScripts.get(name) ?? {};
    return [`${name} ${version}`, does, runs];
  });
  return [
    '## Install scripts',
    '',
    'No script of a package runs at an installation. An add-on that does not load is built by name',
    '(`.bin/support/addons.mjs`), and only then.',
    '',
    ...table([['package', 'what its script does', 'when it runs here'], ...rows]),
  ];
}

export function withScripts(): readonly Package[] {
  return packages.filter(({ entry }) => entry.hasInstallScript === true);
}

function licences(): readonly string[] {
  const names = [...new Set(packages.map(({ licence }) => licence ?? 'none stated'))].sort();
  const count = (licence: string, use: Use): string =>
    String(packages.filter((each) => each.use === use && licenceOf(each) === licence).length);
  const rows = names.map((name) => [name, count(name, 'ships'), count(name, 'develops')]);
  const byHand = [...licencesReadByHand].map(([name, { licence, where }]) => [
    name,
    licence,
    where,
  ]);
  return [
    '## Licences of the whole tree',
    '',
    ...table([['licence', 'packages that ship', 'packages that develop'], ...rows]),
    '',
    'Read by hand, where the package.json says nothing or not in SPDX:',
    '',
    ...table([['package', 'licence', 'where it stands'], ...byHand]),
    '',
    ...[...licencesUnknown].map(([name, what]) => `- \`${name}\` ${what}.`),
  ];
}

function licenceOf({ licence = 'none stated' }: Package): string {
  return licence;
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const [head = [], ...body] = rows;
  const widths = head.map((_, at) =>
    Math.max(3, ...rows.map((row) => [...(row[at] ?? '')].length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}

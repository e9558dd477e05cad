/**
 * What the documents tell somebody to type, and where they send a reader, is there: commands with
 * their flags, scripts, instruments, settings, paths and links.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { parseAgentArguments } from '../../agent/config/arguments.ts';
import { loadConfig } from '../../agent/config/load-config.ts';
import { commandEntries, findCommand, findGroup } from '../../console/cli/commands.ts';
import { parseWords } from '../../console/cli/parse.ts';
import { commands as instruments } from '../bench/commands.ts';
import { projectFiles, root } from './support/project.ts';

const files = projectFiles();
const documents = files.filter(({ path }) => path.endsWith('.md'));
const readme = documents.find(({ path }) => path === 'README.md')?.text ?? '';

interface Line {
  readonly path: string;
  readonly text: string;
}

/** What is to be typed: the lines of console blocks, joined commands apart, without comments. */
function typedLines(): Line[] {
  return documents.flatMap(({ path, text }) =>
    Array.from(text.matchAll(/^```console\n(.*?)^```$/gms), ([, block = '']) => block)
      .flatMap((block) => Array.from(block.matchAll(/^\$ (.*)$/gm), ([, line = '']) => line))
      .flatMap((line) => line.replace(/\s+#.*$/, '').split(/ && | \| /))
      .map((line) => ({ path, text: line.trim() })),
  );
}

/** The same, and what stands in a sentence between back-quotes. */
function namedLines(): Line[] {
  const inline = documents.flatMap(({ path, text }) => {
    const prose = text.replaceAll(/^```.*?^```$/gms, '');
    return Array.from(prose.matchAll(/`([^`]+)`/g), ([, line = '']) => ({ path, text: line }));
  });
  return [...typedLines(), ...inline.map(({ path, text }) => ({ path, text: words(text) }))];
}

function words(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** The words behind a program's name; its file name counts as well. */
function argumentsOf(program: string, text: string): string[] | undefined {
  const pattern = new RegExp(`^(?:sudo )?(?:npx )?(?:\\.bin/)?${program}(?:\\.mjs)?(?: |$)(.*)$`);
  const rest = pattern.exec(text)?.[1];
  return rest?.split(' ').filter((word) => word !== '' && word !== '…');
}

test('each command that a document names is there, and takes these flags', async () => {
  let seen = 0;
  for (const { path, text } of namedLines()) {
    const given = argumentsOf('strongbox', text);
    if (given === undefined || given.length === 0) continue;
    const found = findCommand(given);
    if (found === undefined) {
      const isGroup = findGroup(given) === given.join(' ');
      assert.ok(isGroup || given[0]?.startsWith('--'), `${path}: ${text}`);
      continue;
    }
    seen += 1;
    const { command } = await found.entry.load();
    const rest = given.slice(found.length);
    // In a sentence a name may stand for the command alone.
    if (rest.length === 0) continue;
    assert.doesNotThrow(() => parseWords(found.entry.name, command, rest), `${path}: ${text}`);
  }
  assert.ok(seen > 20 && commandEntries.length > 0);
});

test('each call of the agent that a document names is one', () => {
  const calls = namedLines().flatMap(({ path, text }) => {
    const given = argumentsOf('strongbox-agent', text);
    return given === undefined || given.length === 0 ? [] : [{ path, text, given }];
  });
  assert.ok(calls.length > 3);
  for (const { path, text, given } of calls) {
    assert.doesNotThrow(() => parseAgentArguments(given), `${path}: ${text}`);
  }
});

test('each script that a document names is in package.json, each bench is an instrument', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const names = ['help', 'all', ...instruments.map(({ name }) => name)];
  let seen = 0;
  for (const { path, text } of namedLines()) {
    const [, script] = /^(?:sudo )?npm (?:run )?(?:--silent )?([a-z]+)/.exec(text) ?? [];
    if (script === undefined || ['ci', 'audit', 'link', 'run'].includes(script)) continue;
    seen += 1;
    assert.ok(Object.hasOwn(scripts, script), `${path}: ${text}`);
    const [, bench] = /^npm run bench -- ([a-z]+)/.exec(text) ?? [];
    assert.ok(bench === undefined || names.includes(bench), `${path}: ${text}`);
  }
  assert.ok(seen > 15);
});

test('the configuration of the README is one', () => {
  const [, text] = /^```yaml\n(.*?)^```$/ms.exec(readme) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-readme-'));
  try {
    const file = join(folder, 'agent.yaml');
    writeFileSync(file, text ?? '');
    assert.equal(loadConfig(file).node.id, 'node-1');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('each source file and folder that a document names is there', () => {
  const paths = files.map(({ path }) => `/${path}`);
  const folders = new Set(paths.map((path) => `${dirname(path)}/`));
  const isThere = (name: string): boolean =>
    name.endsWith('/')
      ? [...folders].some((folder) => folder.includes(`/${name}`))
      : paths.some((path) => path.endsWith(`/${name}`));
  let seen = 0;
  for (const { path, text } of namedLines()) {
    const isPath = /^(?:[\w.-]+\/)*[\w.-]+\.(?:tsx?|mjs|md)$/.test(text);
    const isFolder = /^(?:agent|console|shared|src|test)(?:\/[\w.-]+)*\/?$/.test(text);
    if (!isPath && !isFolder) continue;
    seen += 1;
    assert.ok(isThere(isPath ? text : text.replace(/\/?$/, '/')), `${path}: ${text}`);
  }
  assert.ok(seen > 60);
});

test('each link of a document leads to a file, and to a heading of it', () => {
  for (const { path, text } of documents) {
    for (const [, target = '', anchor] of text.matchAll(/\]\(([\w./-]*)(?:#([\w-]+))?\)/g)) {
      const file = target === '' ? path : normalize(join(dirname(path), target));
      const there = files.find((one) => one.path === file);
      assert.ok(there, `${path}: ${target}`);
      if (anchor === undefined) continue;
      const headings = Array.from(there.text.matchAll(/^#+ (.*)$/gm), ([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      assert.ok(headings.includes(anchor), `${path}: ${target}#${anchor}`);
    }
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectFiles } from './support/project.ts';

interface Banned {
  readonly what: string;
  readonly pattern: RegExp;
  readonly instead: string;
  /** Files that must name it. */
  readonly except?: readonly string[];
}

const banned: readonly Banned[] = [
  {
    what: 'a mark of unfinished work',
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/,
    instead: 'finish it, or say in plain words what is not there',
    except: ['test/house/words.test.ts'],
  },
  {
    what: "a path of somebody's machine",
    pattern: /(?<![\w.-])\/(?:home|Users|root|work|farm|mnt)\/[\w.]/,
    instead: 'name it relative to the project, or use a temporary folder',
  },
  {
    what: 'the address of a package registry',
    pattern: /\bregistry\.(?:npmjs|yarnpkg)\.|"resolved":/,
    instead: 'the lock file names versions and digests, the user names the registry',
    except: ['test/house/words.test.ts'],
  },
  {
    what: 'a line break of another system',
    pattern: /\r\n/,
    instead: 'end lines with a newline alone',
  },
];

for (const { what, pattern, instead, except = [] } of banned) {
  test(`no file holds ${what}`, () => {
    const places = projectFiles()
      .filter(({ path }) => !except.includes(path))
      .flatMap(({ path, text }) => placesOf(path, text, pattern));
    assert.deepEqual(places, [], instead);
  });
}

function placesOf(path: string, text: string, pattern: RegExp): readonly string[] {
  if (!pattern.test(text)) return [];
  const lines = text.split('\n');
  return lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : []));
}

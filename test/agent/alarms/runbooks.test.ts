import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runbooks } from '../../../agent/alarms/runbooks.ts';
import { repositoryFolder } from '../../support/agent-process.ts';

test('every alarm has a section that says what to do, and every section an alarm', () => {
  const text = readFileSync(join(repositoryFolder, 'agent/alarms/runbooks.md'), 'utf8');
  const sections = [...text.matchAll(/^## (.+)$/gm)].map((match) => match[1]);
  assert.deepEqual(sections, [...runbooks]);
});

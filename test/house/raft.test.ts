/** What the Raft core must stay: pure, small, and run in one combination of its switches. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  productionSizes,
  productionSwitches,
  type RaftSizes,
  type RaftSwitches,
} from '../../src/raft/options.ts';
import { sourceFiles } from './support/project.ts';

const core = sourceFiles('src/raft').filter(({ path }) => path.startsWith('src/raft/'));

test('production runs with pre-vote, check-quorum, asynchronous storage and read index', () => {
  const expected: RaftSwitches = {
    preVote: true,
    checkQuorum: true,
    asyncStorageWrites: true,
    readOnly: 'safe',
    disableProposalForwarding: true,
    disableConfChangeValidation: false,
    stepDownOnRemoval: true,
  };
  assert.deepEqual(productionSwitches, expected);
});

test('with a tick of 50 ms, heartbeats come each 100 ms and elections after 600 to 1,150 ms', () => {
  const { heartbeatTicks, electionTicks } = productionSizes;
  assert.deepEqual([heartbeatTicks, electionTicks, 2 * electionTicks - 1], [2, 12, 23]);
  const expected: Partial<RaftSizes> = {
    messageBytesMax: 1_048_576,
    uncommittedBytesMax: 33_554_432,
    inflightMessagesMax: 128,
    inflightBytesMax: 8_388_608,
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.equal(productionSizes[name as keyof RaftSizes], value, name);
  }
});

test('whoever starts a node outside of tests takes that combination, and changes no switch', () => {
  const starters = sourceFiles('src', 'agent').filter(
    ({ path, text }) => !path.startsWith('src/raft/') && text.includes('new RawNode('),
  );
  for (const { path, text } of starters) {
    assert.match(text, /\.\.\.productionSwitches\b/, path);
    for (const name of Object.keys(productionSwitches)) {
      assert.doesNotMatch(text, new RegExp(`\\b${name}:`), `${path} sets ${name}`);
    }
  }
});

/** Lines that are neither blank nor comment. */
function codeLines(text: string): number {
  const isCode = (line: string): boolean => !/^\s*(?:\/\/|\/?\*|$)/.test(line);
  return text.split('\n').filter(isCode).length;
}

test('the core stays small enough to be read in an afternoon', () => {
  const total = core.reduce((sum, { text }) => sum + codeLines(text), 0);
  assert.ok(core.length > 20 && total <= 3_500, `${total} lines of code`);
});

test('the core waits for nothing', () => {
  const waiting = core.filter(({ text }) =>
    /\b(?:async |await |Promise\b)/.test(withoutComments(text)),
  );
  assert.deepEqual(
    waiting.map(({ path }) => path),
    [],
  );
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}

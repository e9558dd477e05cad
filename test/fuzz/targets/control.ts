/** Messages on the control channel of a real agent. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { topicNames } from '../../../shared/control/topics.ts';
import { startAgent } from '../../agent/control/control-harness.ts';
import type { AtEnd, Target } from '../target.ts';

const methods =
  'authenticate challenge prove request subscribe unsubscribe presence ceremony.status ' +
  'ceremony.init ceremony.submit ceremony.reset audit.read';
const names =
  'token operator signature operation path query body namespace topic name view shares threshold ' +
  'receiver nonce box reason node from lines __proto__ constructor';
const words = ['read', 'write', 'list', 'sys/unseal', 'sys/init', 'secret/a', '', 'AAAA', 'node-1'];

const value = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...topicNames),
  fc.integer({ min: -2, max: 300 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Calls that are nearly right, so that they come far. */
const nearly = fc
  .record({
    id: fc.integer({ min: 1, max: 1_000_000 }),
    method: fc.constantFrom(...methods.split(' ')),
    params: fc.dictionary(fc.constantFrom(...names.split(' ')), value, { maxKeys: 5 }),
  })
  .map((call) => JSON.stringify({ jsonrpc: '2.0', ...call }));

const anything = fc.oneof(
  { weight: 6, arbitrary: nearly },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

export async function controlMessages(end: AtEnd): Promise<fc.IRawProperty<unknown>> {
  const agent = await startAgent(end);
  const { rootToken } = await agent.unsealed();
  return fc.asyncProperty(
    fc.array(anything, { minLength: 1, maxLength: 12 }),
    fc.boolean(),
    async (texts, known) => {
      const console = await agent.dial(known ? { token: rootToken } : {});
      for (const text of texts) console.socket.send(text);
      // Behind all of it, something that is refused as no message: everything before was read.
      console.socket.send('end');
      assert.equal(await console.closed, 4_002);
      for (const stray of console.strays) {
        const { error } = stray as { error?: { message: string; data?: { code: string } } };
        assert.notEqual(error?.data?.code, 'request.internal', JSON.stringify(stray));
      }
      assert.equal((await agent.call('GET', '/v1/sys/health')).status, 200);
    },
  );
}

export const controlTargets: readonly Target[] = [
  {
    name: 'control/messages',
    claim: 'whatever is sent to a socket, the agent goes on and answers in its own words',
    testRuns: 150,
    prepare: controlMessages,
  },
];

/**
 * The channel alone on a loopback listener, over a core on memory: for what takes an agent too long
 * (silence) or too much work (floods of audit lines).
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type ControlTimes, ControlServer } from '../../../agent/control/control-server.ts';
import { CoreCalls } from '../../../agent/control/core-calls.ts';
import type { Topic } from '../../../agent/control/feed.ts';
import type { AuditLog } from '../../../agent/control/methods/parts.ts';
import { methodTable } from '../../../agent/control/methods/table.ts';
import { AuditTail } from '../../../agent/control/topics/audit-tail.ts';
import { ceremonyTopic } from '../../../agent/control/topics/ceremony-topic.ts';
import { HttpListener } from '../../../agent/http/http-listener.ts';
import { type CoreHarness, unsealedCore } from '../../support/core-harness.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { RecordingLog } from '../http/listener-harness.ts';
import { Console } from './control-harness.ts';

export interface ServerHandle {
  readonly control: ControlServer;
  readonly core: CoreHarness;
  readonly tail: AuditTail;
  readonly log: RecordingLog;
  readonly port: number;
  dial(options?: { readonly autoPong?: boolean }): Promise<Console>;
}

export async function startServer(
  t: TestContext,
  times: Partial<ControlTimes> = {},
  page: AuditLog['page'] = () => assert.fail('no page is read here'),
): Promise<ServerHandle> {
  const core = await unsealedCore();
  const log = new RecordingLog();
  const tail = new AuditTail('node-1');
  const { ceremony, standing } = core.built;
  const none: Topic = { open: () => assert.fail('this topic is not tried here') };
  const control = new ControlServer({
    methods: methodTable({
      calls: new CoreCalls({ share: core.built.core, observe: () => undefined }),
      ceremony,
      operators: core.built.operators,
      auditLog: { end: 0, page },
      random: new SeededRandom('control'),
      clock: core.clock,
      nodeId: 'node-1',
      clusterId: () => core.seal.status().clusterId,
      requestBytesMax: 1_048_576,
    }),
    topics: {
      cluster: none,
      ceremony: ceremonyTopic(ceremony),
      metrics: none,
      alarms: none,
      audit: tail,
    },
    standing,
    operators: core.built.operators,
    ceremony,
    log,
    times,
  });
  const listener = new HttpListener({
    endpoint: { kind: 'tcp', host: '127.0.0.1', port: 0, tls: undefined },
    handler: core.built.core,
    log,
    upgrade: control,
  });
  await listener.start();
  t.after(async () => {
    await control.stop();
    await listener.drain(0);
  });
  const port = Number(new URL(listener.address).port);
  return {
    control,
    core,
    tail,
    log,
    port,
    async dial(options = {}) {
      const console = await Console.dial(`ws://127.0.0.1:${port}/v1/sys/control`, options);
      t.after(() => console.socket.terminate());
      return console;
    },
  };
}

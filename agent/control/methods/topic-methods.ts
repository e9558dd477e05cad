/**
 * Following topics, and reading the audit log. The right to it is decided and recorded by the core
 * as a read of `sys/control/<topic>`; topics that seal-status and health tell anybody need none.
 */
import { auditReadLinesMax } from '../../../shared/control/limits.ts';
import { anonymousTopics, topicNames } from '../../../shared/control/topics.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { nameCharactersMax } from '../limits.ts';
import { Params } from '../params.ts';
import type { MethodGroup, MethodParts } from './parts.ts';

type Names = 'subscribe' | 'unsubscribe' | 'audit.read';

export function topicMethods({ calls, auditLog, nodeId }: MethodParts): MethodGroup<Names> {
  return {
    async subscribe(caller, { params }) {
      const topic = new Params(params).only('subscribe', 'topic').oneOf('topic', topicNames);
      if (!anonymousTopics.includes(topic)) {
        await calls.body(caller.session, { method: 'read', path: `sys/control/${topic}` });
      }
      return { topic, snapshot: await caller.subscribe(topic) };
    },

    async unsubscribe(caller, { params }) {
      const topic = new Params(params).only('unsubscribe', 'topic').oneOf('topic', topicNames);
      caller.unsubscribe(topic);
      return { topic };
    },

    async 'audit.read'({ session }, { params }) {
      const given = new Params(params).only('audit.read', 'node', 'from', 'lines');
      const node = given.shown('node', nameCharactersMax);
      const from = given.integer('from', 0, Number.MAX_SAFE_INTEGER);
      const lines = given.integer('lines', 1, auditReadLinesMax);
      const query = new Map([
        ['node', [node]],
        ['from', [String(from)]],
      ]);
      await calls.body(session, { method: 'read', path: 'sys/control/audit', query });
      if (node !== nodeId) throw failure('control.node-unknown', { node: nodeId });
      const page = await auditLog.page({ from, lines });
      return { ...page, end: Math.max(auditLog.end, page.next) };
    },
  };
}

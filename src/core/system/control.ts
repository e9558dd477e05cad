/**
 * `sys/control/<topic>`: the decision over who may follow a topic of the control channel, with its
 * audit record. What is followed passes by here once; the channel itself asks again with each
 * message (src/core/standing.ts).
 */
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { topicNames } from '../../../shared/control/topics.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { CoreHandlerGroup } from '../core-call.ts';

type Routes = typeof sysRoutes;

export function controlHandlers(): CoreHandlerGroup<Routes, 'controlTopic'> {
  return {
    controlTopic: {
      async read({ parameters, fields, rights }) {
        const topic = topicNames.find((name) => name === parameters.topic);
        if (topic === undefined) throw failure('request.not-found');
        // Older records say more than a tail: who reads the log itself may do what root may.
        if (fields.from !== undefined && rights?.privileged !== true) {
          throw failure('request.permission-denied');
        }
        return { data: { topic } };
      },
    },
  };
}

import type { Admission } from '../http/admission/admission.ts';
import type { RequestHandler } from '../http/request-handler.ts';

/**
 * The core as consoles reach it: with a share of the agent that no load on its listeners can use
 * up, and that they in turn cannot exceed. Answers reject with `request.overloaded` beyond it.
 */
export function consoleShare(handler: RequestHandler, admission: Admission): RequestHandler {
  return {
    async handle(request) {
      const admitted = admission.enter(request, request.body.length, 'control');
      try {
        return await handler.handle(request);
      } finally {
        admitted.leave();
      }
    },
  };
}

import type { CoreAnswer, CoreRequest } from '../../src/core/request.ts';

/**
 * The core, as a surface sees it. A refusal is an answer or a thrown StrongBoxError; anything else
 * that is thrown is answered as `request.internal` and logged. The body's bytes belong to the
 * handler until its promise settles; then the edge zeroes them.
 */
export interface RequestHandler {
  handle(request: CoreRequest): Promise<CoreAnswer>;
}

/**
 * The one door. Every request of every surface passes it in this order, and no step can be skipped:
 *
 *     canonical path → namespace → mount → token → quota → policy
 *       → audit (durable before any effect) → transaction in the engine → wrap
 *       → audit (durable before the answer) → answer
 *
 * (The canonical path is made at the edge: its type says so.) An error anywhere is a refusal. Every
 * refusal has its record, too, and an answer that could not be recorded is not given.
 */
import { AssertionFailure } from '../../shared/assert.ts';
import { errorBody } from '../../shared/api/error-body.ts';
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { framesOf } from '../../shared/errors/frames.ts';
import { operationPath } from '../../shared/path/operation-path.ts';
import type { Log, LogFields } from '../ports/log.ts';
import { type MaybeSoon, whenThere } from '../store/at-once.ts';
import type { Background } from './background.ts';
import type { CoreOutcome } from './core-call.ts';
import { answerOf, refuseEmptyList } from './envelope.ts';
import { Exchange } from './exchange.ts';
import type { Knowledge, Sight } from './knowledge.ts';
import { retryAfterSeconds } from './limits.ts';
import type { CoreAnswer, CoreRequest } from './request.ts';
import type { Recorder } from './steps/audit.ts';
import { auditedText } from '../audit/audited-text.ts';
import { readInput, takeSecrets } from './steps/body.ts';
import type { Executor } from './steps/engine.ts';
import type { Router } from './steps/mount.ts';
import { requireRootNamespace } from './steps/namespace.ts';
import { authorise, requireCapability } from './steps/policy.ts';
import type { Quota } from './steps/quota.ts';
import { rightsOf } from './steps/token.ts';
import { refuseWrapping } from './steps/wrap.ts';

/** The steps, put together in build-core.ts. */
export interface CoreParts {
  readonly router: Router;
  readonly knowledge: Knowledge;
  readonly quota: Quota;
  readonly recorder: Recorder;
  readonly executor: Executor;
  readonly background: Background;
  readonly log: Log;
  /** Whether no keys are held. */
  readonly isSealed: () => boolean;
  /** Finishes the revocation of a token whose last use was taken. */
  readonly finishRevocation: (intentId: string) => Promise<void>;
  /** A broken promise of our own code: the process must end. */
  readonly onFatal: (error: AssertionFailure) => void;
}

export class Core {
  readonly #parts: CoreParts;

  constructor(parts: CoreParts) {
    this.#parts = parts;
  }

  /** Answers a request. Rejects only with an assertion that failed, after telling `onFatal`. */
  async handle(request: CoreRequest): Promise<CoreAnswer> {
    const exchange = new Exchange(request);
    const leave = this.#parts.quota.enter();
    try {
      return await this.#serve(exchange, leave);
    } catch (error) {
      return await this.#refuse(exchange, error);
    } finally {
      leave();
      exchange.zeroSecrets();
    }
  }

  async #serve(exchange: Exchange, leave: () => void): Promise<CoreAnswer> {
    requireRootNamespace(exchange.request);
    exchange.path = operationPath(exchange.request.path, exchange.request.method);
    // What is at hand is not awaited here and below: each turn that a promise takes costs 0.3 µs.
    const finding = this.#findMount(exchange);
    const sight = finding instanceof Promise ? await finding : finding;
    const spec = exchange.target?.spec;
    // Whoever may always ask takes no room from others, however often it is done.
    if (spec?.unaudited === true || spec?.urgent === true) leave();
    if (spec?.unaudited === true) return this.#serveUnaudited(exchange);
    const { acls } = this.#parts.knowledge;
    const rights = sight && rightsOf(exchange, sight, acls);
    exchange.rights = rights instanceof Promise ? await rights : rights;
    if (spec?.urgent !== true) this.#parts.quota.check();
    const asked = this.#authorise(exchange);
    if (asked !== undefined) await asked;
    if (exchange.request.method === 'help') return this.#help(exchange);
    refuseWrapping(exchange.request);
    requireClient(exchange.request);
    if (exchange.hasEffect) await this.#parts.recorder.request(exchange);
    const outcome = await this.#operate(exchange);
    if (exchange.target?.method === 'list') refuseEmptyList(outcome);
    return this.#answer(exchange, outcome);
  }

  /** Mount. Sealed, only routes that need no key are known, and nothing of the store is read. */
  #findMount(exchange: Exchange): MaybeSoon<Sight | undefined> {
    const { request, path } = exchange;
    const { router, isSealed, knowledge } = this.#parts;
    exchange.resolution = router.resolveCore(request.method, path, exchange.mounts);
    const spec = exchange.target?.spec;
    if (spec?.unaudited === true) return undefined;
    if (isSealed()) {
      if (spec?.whenSealed === true) return undefined;
      throw failure('request.sealed');
    }
    return whenThere(knowledge.look(request.token), (sight) => {
      exchange.mounts = sight.mounts;
      exchange.sightedAt = sight;
      exchange.resolution =
        router.resolveCore(request.method, path, sight.mounts) ??
        router.resolveMounted(request.method, path, sight.mounts);
      return sight;
    });
  }

  /** Policy; on the way the body is parsed, as late as can be. */
  #authorise(exchange: Exchange): Promise<void> | undefined {
    requireCapability(exchange);
    const { request, resolution, target } = exchange;
    if (resolution?.failure !== undefined) throw resolution.failure;
    if (target === undefined) return undefined;
    takeSecrets(request, target.spec, exchange.secrets);
    const { body, input } = readInput(request, target.method, target.spec);
    exchange.body = body;
    exchange.input = input;
    return authorise(exchange, this.#parts.executor);
  }

  /**
   * Transaction in the engine. The use of a counted token is taken before, whatever comes of it.
   */
  #operate(exchange: Exchange): Promise<CoreOutcome> {
    exchange.operating = true;
    return exchange.takesUse ? this.#takeUse(exchange) : this.#parts.executor.run(exchange);
  }

  async #takeUse(exchange: Exchange): Promise<CoreOutcome> {
    const { executor, finishRevocation } = this.#parts;
    const revocation = await executor.takeUse(exchange);
    try {
      return await executor.run(exchange);
    } finally {
      if (revocation !== undefined) await finishRevocation(revocation);
    }
  }

  /** Audit, then the answer. What was made for an answer that cannot be given is taken back. */
  async #answer(exchange: Exchange, outcome: CoreOutcome): Promise<CoreAnswer> {
    const { request, target, warnings } = exchange;
    const { undo, whenRecorded } = outcome;
    const shape = target?.spec.shape;
    const answer = answerOf({ requestId: request.id, outcome, warnings, shape });
    try {
      if (undo !== undefined) requireClient(request);
      const ending = { status: answer.status, outcome, warnings: warnings.length };
      await this.#parts.recorder.ending(exchange, ending);
    } catch (error) {
      if (undo !== undefined) await this.#parts.background.finish('taking back', undo);
      throw error;
    }
    if (whenRecorded !== undefined) {
      await this.#parts.background.finish('what follows an answer', whenRecorded);
    }
    return answer;
  }

  async #help(exchange: Exchange): Promise<CoreAnswer> {
    const body = { help: exchange.resolution?.help ?? '' };
    await this.#parts.recorder.ending(exchange, { status: 200, warnings: 0 });
    return { status: 200, body };
  }

  async #serveUnaudited(exchange: Exchange): Promise<CoreAnswer> {
    const { request, target } = exchange;
    if (target === undefined) throw failure('request.no-handler');
    refuseWrapping(request);
    const { body, input } = readInput(request, target.method, target.spec);
    exchange.body = body;
    exchange.input = input;
    const outcome = await this.#parts.executor.run(exchange);
    const { shape } = target.spec;
    return answerOf({ requestId: request.id, outcome, warnings: exchange.warnings, shape });
  }

  async #refuse(exchange: Exchange, cause: unknown): Promise<CoreAnswer> {
    const error = this.#failureOf(exchange, cause);
    if (exchange.target?.spec.unaudited === true) return refusal(error);
    try {
      if (!exchange.operating) await this.#parts.recorder.refusal(exchange, error);
      else {
        await this.#parts.recorder.ending(exchange, { status: error.status, warnings: 0, error });
      }
      return refusal(error);
    } catch (unrecorded) {
      return refusal(this.#failureOf(exchange, unrecorded));
    }
  }

  /**
   * Expected failures are answered as they are; what nobody expected is logged, without its text.
   */
  #failureOf(exchange: Exchange, cause: unknown): StrongBoxError {
    if (cause instanceof StrongBoxError) {
      if (isFault(cause)) this.#logFault(exchange, { code: cause.code });
      return cause;
    }
    if (cause instanceof AssertionFailure) {
      this.#parts.onFatal(cause);
      throw cause;
    }
    this.#logFault(exchange, faultOf(cause));
    return failure('request.internal');
  }

  /** What an operator must mend is in the server log, with the path and without any data. */
  #logFault(exchange: Exchange, fault: LogFields): void {
    this.#parts.log.error('a request failed', {
      request_id: exchange.request.id,
      path: auditedText(exchange.path, () => undefined),
      ...fault,
    });
  }
}

/** The server's own fault (a damaged value, a failing disk). The audit trail reports its own. */
function isFault({ status, code }: StrongBoxError): boolean {
  return status === 500 && code !== 'audit.unavailable';
}

function refusal(error: StrongBoxError): CoreAnswer {
  const answer = { status: error.status, body: errorBody(error) };
  return error.status === 429 ? { ...answer, retryAfterSeconds } : answer;
}

/** Name and place of an unexpected error. Its message may quote what was being worked on. */
function faultOf(cause: unknown): { readonly error: string; readonly stack: readonly string[] } {
  if (!(cause instanceof Error)) return { error: typeof cause, stack: [] };
  return { error: cause.name, stack: framesOf(cause) };
}

/** Nothing is begun for a client that has gone, and nothing made for it alone is kept. */
function requireClient({ signal }: CoreRequest): void {
  if (signal?.aborted === true) throw failure('request.cancelled');
}

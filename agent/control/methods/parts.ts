/** What the methods of a socket work with, and what they are. */
import type { ControlMethod, ResultOf } from '../../../shared/control/methods.ts';
import type { TopicName, TopicSnapshot } from '../../../shared/control/topics.ts';
import type { Ceremony } from '../../../src/core/ceremony/ceremony.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Random } from '../../../src/ports/random.ts';
import type { AuditPage, PageRequest } from '../audit-pages.ts';
import type { CoreCalls } from '../core-calls.ts';
import type { Message } from '../message.ts';
import type { Session } from '../session.ts';

/** Looks up the keys of operators. Throws `request.sealed`. */
export interface Operators {
  find(name: string): Promise<{ readonly signingKey: Uint8Array } | undefined>;
}

/** The audit log of this node. */
export interface AuditLog {
  /** Index after the newest durable record. */
  readonly end: number;
  /** Throws `control.audit-not-kept`, `control.audit-line-too-large`. */
  page(request: PageRequest): Promise<AuditPage>;
}

/** The same for all sockets. */
export interface MethodParts {
  readonly calls: CoreCalls;
  readonly ceremony: Ceremony;
  readonly operators: Operators;
  readonly auditLog: AuditLog;
  readonly random: Random;
  readonly clock: Clock;
  readonly nodeId: string;
  /** Undefined until the cluster is founded. */
  readonly clusterId: () => string | undefined;
  /** As the configuration limits bodies over HTTP. */
  readonly requestBytesMax: number;
}

/** The socket that a call came on. */
export interface Caller {
  readonly session: Session;
  subscribe(topic: TopicName): Promise<TopicSnapshot>;
  unsubscribe(topic: TopicName): void;
}

export type Method<Result> = (caller: Caller, message: Message) => Promise<Result>;

/** A method for each name, or for some of them: tables are put together from groups. */
export type MethodGroup<Names extends ControlMethod> = {
  readonly [Name in Names]: Method<ResultOf<Name>>;
};

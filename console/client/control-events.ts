/** What the channel's worker thread and the main thread tell each other: plain, cloneable data. */
import type { ControlIdentity, ControlMethod, ParamsOf } from '../../shared/control/methods.ts';
import type { TopicName, TopicSnapshot } from '../../shared/control/topics.ts';
import type { ControlProblem } from './control-problem.ts';

/** How the link to the agent stands. */
export type LinkState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'live' }
  /** The next dial comes in `retryInMs`, counted from when this was said. */
  | {
      readonly kind: 'waiting';
      readonly attempt: number;
      readonly retryInMs: number;
      readonly problem: ControlProblem;
    };

/** Who the socket speaks for. */
export type IdentityState =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'known'; readonly identity: ControlIdentity }
  /** Nobody can be known yet, as the agent is sealed, or for `problem`. The token is kept. */
  | { readonly kind: 'waiting'; readonly problem?: ControlProblem }
  /** The token is not good, or no longer: it was dropped. */
  | { readonly kind: 'refused'; readonly problem: ControlProblem };

/** What the channel reports. */
export type ControlEvent =
  | { readonly kind: 'link'; readonly link: LinkState }
  | { readonly kind: 'identity'; readonly state: IdentityState }
  | { readonly kind: 'snapshot'; readonly topic: TopicName; readonly snapshot: TopicSnapshot }
  | { readonly kind: 'topic-refused'; readonly topic: TopicName; readonly problem: ControlProblem }
  | { readonly kind: 'audit'; readonly lines: readonly string[]; readonly dropped: number }
  /** How long ago the agent was last heard, when this was said. */
  | { readonly kind: 'heard'; readonly silentMs: number };

export type CallOutcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly problem: ControlProblem };

export type MessageToMain =
  /** To be acknowledged; the next one waits for that. */
  | { readonly kind: 'events'; readonly events: readonly ControlEvent[] }
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: CallOutcome };

/** What the main thread asks of the channel. */
export type MessageToWorker =
  | { readonly kind: 'acknowledge' }
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: ControlMethod;
      readonly params: ParamsOf<ControlMethod>;
      readonly timeoutMs: number | undefined;
    }
  | { readonly kind: 'challenge'; readonly id: number }
  | { readonly kind: 'follow'; readonly topics: readonly TopicName[] }
  | { readonly kind: 'token'; readonly token: string | undefined }
  | { readonly kind: 'presence'; readonly name: string; readonly view: string }
  | { readonly kind: 'stop' };

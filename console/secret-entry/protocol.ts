/**
 * What the console and the program that reads secrets say to each other over the program's file
 * descriptor 3: one JSON object a line, UTF-8. Lines hold public data alone (sizes, public keys,
 * ciphertext). A secret that the console itself needs, a pass-phrase or a token, follows its line
 * as so many raw bytes, so that it never is part of a string that nobody can zero.
 */
import type { ResultOf, SealedShareBox } from '../../shared/control/methods.ts';
import type { CeremonySnapshot } from '../../shared/control/topics.ts';

/** What a share is sealed to and checked against. */
export type EntryCeremony = Pick<
  CeremonySnapshot,
  'ceremony' | 'nonce' | 'publicKey' | 'setId' | 'threshold' | 'count'
>;

/** New shares and the root token, each sealed to the program's one-time key. */
export type FoundedBoxes = ResultOf<'ceremony.init'>;

interface JobTable {
  /** One share, sealed to the ceremony's key. */
  readonly 'enter-share': {
    readonly details: {
      readonly cluster: string;
      readonly holder: string;
      readonly ceremony: EntryCeremony;
    };
    readonly result: { readonly box: SealedShareBox };
  };
  /** The shares of a new cluster, one holder after another, and its root token. */
  readonly 'show-shares': {
    readonly details: {
      readonly cluster: string;
      readonly shares: number;
      readonly threshold: number;
    };
    /** The root token where it was chosen to log in with it. */
    readonly result: { readonly token: string | undefined };
  };
  readonly passphrase: {
    readonly details: { readonly purpose: string; readonly isNew: boolean };
    /** The caller zeroes it. */
    readonly result: { readonly passphrase: Uint8Array };
  };
  readonly token: {
    readonly details: { readonly purpose: string };
    readonly result: { readonly token: string };
  };
}

export type SecretEntryKind = keyof JobTable;

export type SecretEntryJob<Kind extends SecretEntryKind = SecretEntryKind> = {
  readonly [Name in Kind]: { readonly kind: Name } & JobTable[Name]['details'];
}[Kind];

/** `escape`: given up with Esc; `interrupted`: Ctrl-C; `ended`: by a signal or its parent. */
export type CancelReason = 'escape' | 'interrupted' | 'ended';

export type SecretEntryResult<Kind extends SecretEntryKind = SecretEntryKind> =
  | ({ readonly outcome: 'done' } & JobTable[Kind]['result'])
  | { readonly outcome: 'cancelled'; readonly reason: CancelReason };

/** Lines of the console. */
export type MessageToEntry =
  | { readonly type: 'job'; readonly job: SecretEntryJob }
  | { readonly type: 'founded'; readonly boxes: FoundedBoxes };

/** Lines of the program. */
export type MessageFromEntry =
  | { readonly type: 'receiver'; readonly publicKey: string }
  | { readonly type: 'box'; readonly box: SealedShareBox }
  /** So many bytes follow the line. */
  | { readonly type: 'secret'; readonly bytes: number }
  /** All shares are with their holders. */
  | { readonly type: 'shown' }
  | { readonly type: 'cancelled'; readonly reason: CancelReason }
  | { readonly type: 'failed'; readonly code: string; readonly what: string };

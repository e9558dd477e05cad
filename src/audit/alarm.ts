/** What the trail tells an operator at once, besides the log. */
export interface TrailAlarm {
  readonly kind:
    | 'device-failed'
    | 'device-back'
    /** Somebody else wrote to a device's file, cut it or deleted it. */
    | 'file-touched'
    /** No device works: requests are refused. */
    | 'down'
    | 'up'
    | 'recovered'
    | 'tail-lost'
    /** The store has seen more of the log than there is, and a power cut explains it. */
    | 'tail-unwritten'
    /** A new log begins, though the store has seen another one of this node. */
    | 'log-begun'
    | 'log-unreadable'
    | 'checkpoint-not-kept'
    /** The one kept before the start is of no use: a lost tail would not be noticed. */
    | 'checkpoint-useless';
  /** One sentence; holds no secret. */
  readonly message: string;
  readonly device?: string;
}

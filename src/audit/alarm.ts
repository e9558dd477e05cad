/** What the trail tells an operator at once, besides the log. */
export interface TrailAlarm {
  readonly kind:
    | 'device-failed'
    | 'device-back'
    /** No device works: requests are refused. */
    | 'down'
    | 'up'
    | 'recovered'
    | 'tail-lost'
    | 'log-unreadable'
    | 'checkpoint-not-kept';
  /** One sentence; holds no secret. */
  readonly message: string;
  readonly device?: string;
}

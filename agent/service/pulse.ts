/** Whether something still lives: it is asked, and answers as soon as it gets to it. */
export interface Pulse {
  /** Asks; `answered` is false until the answer is there. */
  ask(): void;
  /** Whether the last question was answered. */
  readonly answered: boolean;
}

/** What was opened, to be closed in the opposite order, once. */
export class Undo {
  readonly #steps: (() => void | Promise<void>)[] = [];
  #running: Promise<void> | undefined;

  push(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  /** Every step runs even if one before it failed; the first failure is thrown at the end. */
  run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.toReversed()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

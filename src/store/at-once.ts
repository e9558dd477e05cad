/**
 * What is mostly at hand, and sometimes has to be waited for: a value or its promise. Each promise
 * that a request does without saves it 0.3 µs, and a request that is served from memory would meet
 * a dozen of them.
 */
export type MaybeSoon<Value> = Value | Promise<Value>;

/** Goes on with a value: at once if it is there. */
export function whenThere<Value, Next>(
  value: MaybeSoon<Value>,
  next: (value: Value) => MaybeSoon<Next>,
): MaybeSoon<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/**
 * In a simulated world nothing may know the real time, real chance or the collector: whoever asks
 * is told off, by name. Types do not hide these names in tests, and packages see them anyway.
 */

const forbidden = ['Date', 'WeakRef', 'FinalizationRegistry', 'performance', 'crypto'] as const;
const timers = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const;

/** Runs it without clocks, timers and chance of the platform. Synchronous only. */
export function withoutPlatform<Result>(run: () => Result): Result {
  const undo = [
    ...forbidden.map((name) => replaceGlobal(name, refusing(name))),
    ...timers.map((name) => replaceGlobal(name, refusing(name))),
    replace(Math, 'random', refusing('Math.random')),
  ];
  try {
    return run();
  } finally {
    for (const restore of undo) restore();
  }
}

function replaceGlobal(name: string, value: unknown): () => void {
  return replace(globalThis, name, value);
}

function replace(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, before);
  };
}

/** Throws at any use: call, construction, or a look at a property. */
function refusing(name: string): unknown {
  const refuse = (): never => {
    throw new Error(`${name} is not deterministic: a simulated world has its own`);
  };
  // A function of this kind may be called with `new` as well.
  return new Proxy(function stub() {}, { get: refuse, construct: refuse, apply: refuse });
}

/** What the verb shim is told, and tells, in types. */

/** What llhttp's caller knows of the message: `complete` turns true when its last byte was read. */
export interface ParsedMessage {
  readonly complete: boolean;
}

/** How a body is delimited; a length of 0 is a message without one. */
export type Framing =
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' };

export interface ShimOptions {
  /** How long the input of a refused request is thrown away. */
  readonly lingerMs: number;
  /** Requests that the connection had before it slept. */
  readonly requestsBegun?: number | undefined;
  /** The whole answer to a chunk that is one request and is refused before anybody reads it. */
  readonly refuseEarly?: ((chunk: Buffer) => Buffer | undefined) | undefined;
  readonly pace?: ReadingPace | undefined;
}

/** When a connection that was told a refusal is read on: see admission/refusal-pace.ts. */
export interface ReadingPace {
  /** Whether at once; if not, `wake` is called when its turn has come, unless it is forgotten. */
  mayReadOn(wake: () => void): boolean;
  forget(wake: () => void): void;
}

/** A load as a generator takes it. */
export interface RawLoad {
  readonly host: string;
  readonly port: number;
  /** Sent one after the other, over all connections together, and then from the first again. */
  readonly requests: readonly Uint8Array<ArrayBuffer>[];
  readonly connections: number;
  readonly seconds: number;
}

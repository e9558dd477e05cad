/** Vault's verbs that llhttp does not know, and the verbs of the same length put in their place. */

export type ShimVerb = 'LIST' | 'SCAN' | 'HELP';

export interface ShimmedVerb {
  readonly verb: ShimVerb;
  /** The verb and its space. */
  readonly bytes: Buffer;
  readonly standIn: Buffer;
}

/** A verb and its space. */
export const verbBytes = 5;

const verbs: readonly ShimmedVerb[] = [
  { verb: 'LIST', bytes: Buffer.from('LIST '), standIn: Buffer.from('LINK ') },
  { verb: 'SCAN', bytes: Buffer.from('SCAN '), standIn: Buffer.from('LOCK ') },
  { verb: 'HELP', bytes: Buffer.from('HELP '), standIn: Buffer.from('BIND ') },
];

/** The verb that stands at `start`, or that the last bytes of the chunk may be the start of. */
export function shimmedVerb(chunk: Buffer, start: number): ShimmedVerb | undefined {
  const first = chunk[start];
  return verbs.find(({ bytes }) => bytes[0] === first && agrees(chunk, start, bytes));
}

/** Whether the bytes from `start` on are, as far as they go, those of `wanted`. */
function agrees(chunk: Buffer, start: number, wanted: Buffer): boolean {
  const end = Math.min(chunk.length, start + wanted.length);
  for (let index = start; index < end; index += 1) {
    if (chunk[index] !== wanted[index - start]) return false;
  }
  return true;
}

import type { Barrier } from '../../src/barrier/barrier.ts';

/**
 * TEST ONLY: a barrier that seals nothing, for tests of what lies above it. It keeps the one
 * promise that such tests can break by accident: a value opens only under the key it was stored at.
 */
export class ClearBarrier implements Barrier {
  readonly unsealed = true;

  async reserve(): Promise<void> {}

  seal(namespace: string, key: string, plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Buffer.concat([labelOf(namespace, key), plaintext]));
  }

  open(namespace: string, key: string, envelope: Uint8Array): Uint8Array<ArrayBuffer> {
    const label = labelOf(namespace, key);
    if (!label.equals(Buffer.from(envelope.subarray(0, label.length)))) {
      throw new Error(`value of another key opened as ${JSON.stringify(key)}`);
    }
    return new Uint8Array(envelope.subarray(label.length));
  }

  async learn(error: unknown): Promise<void> {
    throw error;
  }
}

function labelOf(namespace: string, key: string): Buffer {
  return Buffer.from(`${namespace}\n${key}\n`);
}

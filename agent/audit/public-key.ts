/**
 * Where the public half of the node's audit keys lies, for verifiers: apart from what reads the
 * keys, so that whoever needs this does not load that.
 */
import { join } from 'node:path';

/** An Ed25519 public key. */
export const publicKeyBytes = 32;

export function publicKeyPath(dataFolder: string): string {
  return join(dataFolder, 'audit.pub');
}

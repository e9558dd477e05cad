/** Sealed shares, both ways, behind the port of the core. */
import type { CeremonyKeys } from '../../src/ports/ceremony-keys.ts';
import type { Random } from '../../src/ports/random.ts';
import { CeremonyKey } from './ceremony-key.ts';
import { checkReceiver, sealFor } from './seal-for.ts';

export function nodeCeremonyKeys(random: Random): CeremonyKeys {
  return {
    make: () => new CeremonyKey(random),
    checkReceiver,
    sealFor: (receiver, secrets) => sealFor(receiver, secrets, random),
  };
}

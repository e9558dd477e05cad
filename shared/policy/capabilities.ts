/** What a rule can grant (Vault's and OpenBao's documentation, "Policies", "Capabilities"). */

/** What one operation needs. */
export type OperationCapability =
  | 'create'
  | 'read'
  | 'update'
  | 'patch'
  | 'delete'
  | 'list'
  | 'scan';

/** What a rule can name: `sudo` besides the operation's own, `deny` against all others. */
export type Capability = OperationCapability | 'sudo' | 'deny';

/** In the order in which answers show them. */
export const CAPABILITIES: readonly Capability[] = [
  'create',
  'read',
  'update',
  'patch',
  'delete',
  'list',
  'scan',
  'sudo',
  'deny',
];

/** A set of capabilities, one bit each. */
export type CapabilitySet = number;

const BITS: Readonly<Record<Capability, CapabilitySet>> = {
  create: 1,
  read: 2,
  update: 4,
  patch: 8,
  delete: 16,
  list: 32,
  scan: 64,
  sudo: 128,
  deny: 256,
};
const DENY = BITS.deny;

export function isCapability(word: string): word is Capability {
  return (CAPABILITIES as readonly string[]).includes(word);
}

/** `deny` leaves nothing else in the set. */
export function capabilitySet(capabilities: Iterable<Capability>): CapabilitySet {
  let set = 0;
  for (const capability of capabilities) set |= BITS[capability];
  return set & DENY ? DENY : set;
}

export function hasCapability(set: CapabilitySet, capability: Capability): boolean {
  return (set & BITS[capability]) !== 0;
}

/** Two rules for one path together: all that either grants, and nothing if either denies. */
export function joinCapabilities(left: CapabilitySet, right: CapabilitySet): CapabilitySet {
  return (left | right) & DENY ? DENY : left | right;
}

/** Of each set that was asked for; there are 512 at most, and rules by the thousand. */
const lists = new Map<CapabilitySet, readonly Capability[]>();

/** The names of a set, in the order of CAPABILITIES; the same array each time. */
export function listCapabilities(set: CapabilitySet): readonly Capability[] {
  const known = lists.get(set);
  if (known !== undefined) return known;
  const list = Object.freeze(CAPABILITIES.filter((capability) => hasCapability(set, capability)));
  lists.set(set, list);
  return list;
}

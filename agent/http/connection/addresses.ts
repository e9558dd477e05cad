import { isIP } from 'node:net';

/** Network addresses as the edge sees them: textual, with IPv4 written inside IPv6 or not. */

/** Without the `::ffff:` under which a dual-stack socket shows an IPv4 peer. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** Whether an address is of this host alone: 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

/**
 * What counts as one client for limits: an IPv4 address, or the /64 network of an IPv6 address (a
 * single host has all of it). Undefined for a Unix socket.
 */
export function addressGroup(address: string | undefined): string | undefined {
  if (address === undefined || address === '') return undefined;
  const plain = plainAddress(address);
  if (!plain.includes(':')) return plain;
  const [front = '', back] = plain.split('::', 2);
  const head = front === '' ? [] : front.split(':');
  const tail = back === undefined || back === '' ? [] : back.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}

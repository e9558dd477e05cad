import { isIP } from 'node:net';
import { hostname } from 'node:os';

/**
 * Which names in a Host header mean this agent. A page in a browser can point a name of its own at
 * any address (DNS rebinding), and the browser then sends that name as Host: a name that we do not
 * know is refused. Addresses are taken as they are; a page served from an address proves control of
 * it, and its requests carry Origin.
 */
export class HostNames {
  readonly #exact: ReadonlySet<string>;
  /** `.example.com` for the certificate's `*.example.com`: one further label. */
  readonly #wildcards: readonly string[];
  /** The value that was accepted last: clients of one listener nearly all send the same. */
  #accepted: string | undefined;

  /** `names` may hold wildcards, as a certificate does. */
  constructor(names: readonly string[]) {
    const lower = ['localhost', hostname(), ...names].map((name) => name.toLowerCase());
    this.#exact = new Set(lower.filter((name) => !name.startsWith('*.')));
    this.#wildcards = lower.filter((name) => name.startsWith('*.')).map((name) => name.slice(1));
  }

  /** Whether a Host header's value (name or address, with or without a port) is one of ours. */
  accepts(host: string): boolean {
    if (host === this.#accepted) return true;
    const accepted = this.#isOurs(host);
    if (accepted) this.#accepted = host;
    return accepted;
  }

  #isOurs(host: string): boolean {
    const name = hostPart(host);
    if (name === undefined) return false;
    if (this.#exact.has(name) || isIP(name) !== 0) return true;
    const dot = name.indexOf('.');
    return dot > 0 && this.#wildcards.includes(name.slice(dot));
  }
}

const HOST = /^(?:\[(?<six>[0-9a-f:.]{2,45})\]|(?<name>[a-z0-9_.-]{1,253}))(?::\d{1,5})?$/;

/** The name or address in lower case, without brackets, port and final dot. */
function hostPart(host: string): string | undefined {
  const groups = HOST.exec(host.toLowerCase())?.groups;
  return groups?.['six'] ?? groups?.['name']?.replace(/\.$/, '');
}

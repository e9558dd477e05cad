/** Who is at the other end of one socket, and what the agent knows of them while it is open. */
import type { ControlIdentity } from '../../shared/control/methods.ts';
import type { Remote } from '../../src/core/request.ts';

const nobody: ControlIdentity = {
  accessor: undefined,
  displayName: '',
  policies: [],
  expiresAtMs: undefined,
  operator: undefined,
};

/** A nonce that an operator's key is to sign, once. */
export interface Challenge {
  readonly nonce: string;
  readonly issuedMs: number;
}

/** An operator's name, and the key that has proved it. */
export interface OperatorProof {
  readonly operator: string;
  readonly signingKey: Uint8Array;
}

export class Session {
  /** Distinguishes consoles; neither a secret nor an identity. */
  readonly id: string;
  readonly remote: Remote;
  /** What a signature for this socket names (connection-binding.ts). */
  readonly connection: string;
  /** Aborted when the socket is gone. */
  readonly signal: { aborted: boolean } = { aborted: false };
  #token: string | undefined;
  #identity: ControlIdentity = nobody;
  #proof: OperatorProof | undefined;
  /** As presence gave it: proves nothing. */
  name = '';
  challenge: Challenge | undefined;

  constructor(id: string, remote: Remote, connection: string) {
    this.id = id;
    this.remote = remote;
    this.connection = connection;
  }

  /** What requests are made with; undefined while the socket is anonymous. */
  get token(): string | undefined {
    return this.#token;
  }

  get identity(): ControlIdentity {
    return this.#identity;
  }

  bind(token: string, identity: Omit<ControlIdentity, 'operator'>): void {
    this.#token = token;
    this.#identity = { ...identity, operator: this.#identity.operator };
  }

  get proof(): OperatorProof | undefined {
    return this.#proof;
  }

  prove(proof: OperatorProof): void {
    this.#proof = proof;
    this.#identity = { ...this.#identity, operator: proof.operator };
  }

  /** The key is the operator's no more: the name is as good as any. */
  disprove(): void {
    this.#proof = undefined;
    this.#identity = { ...this.#identity, operator: undefined };
  }
}

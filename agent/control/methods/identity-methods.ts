/**
 * Who the socket speaks for. A token is bound by a look-up of itself through the core: it is
 * recorded, needs the right to it (the policy `default` gives it) and takes one use of a counted
 * token, as every request does. A token that ends closes its socket.
 */
import type { ControlIdentity } from '../../../shared/control/methods.ts';
import { challengeMessage } from '../../../shared/control/operator.ts';
import { decodeBase64, encodeBase64 } from '../../../shared/encoding/base64.ts';
import { failure, isFailure } from '../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import { tokenBytesMax } from '../../../shared/limits.ts';
import { signatureBytes } from '../../../shared/audit/format.ts';
import { VerifyingKey } from '../../../src/crypto/ed25519.ts';
import { challengeBytes, challengeMs, nameCharactersMax, viewCharactersMax } from '../limits.ts';
import { Params } from '../params.ts';
import type { MethodGroup, MethodParts } from './parts.ts';

type Names = 'authenticate' | 'challenge' | 'prove' | 'presence';

const GRAPHIC = /^[\x21-\x7e]+$/;

export function identityMethods(parts: MethodParts): MethodGroup<Names> {
  const { calls, random, clock, operators, ceremony, nodeId } = parts;
  return {
    async authenticate({ session }, { params }) {
      const token = new Params(params).only('authenticate', 'token').text('token', tokenBytesMax);
      if (!GRAPHIC.test(token)) throw failure('request.permission-denied');
      const path = 'auth/token/lookup-self';
      const data = await calls.data(session, { method: 'read', path, token });
      session.bind(token, identityOf(data));
      return session.identity;
    },

    async challenge({ session }, { params }) {
      new Params(params).only('challenge');
      const nonce = encodeBase64(random.bytes(challengeBytes));
      session.challenge = { nonce, issuedMs: clock.monotonicMs() };
      return { nonce };
    },

    async prove({ session }, { params }) {
      const given = new Params(params).only('prove', 'operator', 'signature');
      const operator = given.shown('operator', nameCharactersMax);
      const signature = signatureOf(given.base64('signature'));
      const { challenge } = session;
      session.challenge = undefined;
      if (challenge === undefined || clock.monotonicMs() - challenge.issuedMs > challengeMs) {
        throw failure('control.challenge-missing');
      }
      const found = await operators.find(operator);
      const message = challengeMessage({
        clusterId: parts.clusterId() ?? '',
        node: nodeId,
        connection: session.connection,
        nonce: challenge.nonce,
        operator,
      });
      if (found === undefined || signature === undefined || !verifies(found, message, signature)) {
        throw failure('control.operator-refused');
      }
      session.prove({ operator, signingKey: found.signingKey });
      ceremony.proved(session.id, operator);
      return session.identity;
    },

    async presence({ session }, { params }) {
      const given = new Params(params).only('presence', 'name', 'view');
      const name = given.shown('name', nameCharactersMax);
      const view = given.shown('view', viewCharactersMax);
      session.name = name;
      ceremony.join({ id: session.id, name, proved: session.identity.operator === name, view });
      return { participant: session.id };
    },
  };
}

function verifies(
  { signingKey }: { readonly signingKey: Uint8Array },
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return new VerifyingKey(signingKey).verify(message, signature);
}

function signatureOf(base64: string): Uint8Array | undefined {
  try {
    const signature = decodeBase64(base64);
    return signature.length === signatureBytes ? signature : undefined;
  } catch (error) {
    if (isFailure(error, 'encoding.invalid')) return undefined;
    throw error;
  }
}

/** From the look-up of the token itself, whose members the core vouches for. */
function identityOf(data: JsonObject): Omit<ControlIdentity, 'operator'> {
  const { accessor, display_name, policies, expire_time } = data;
  return {
    accessor: textOf(accessor),
    displayName: textOf(display_name) ?? '',
    policies: Array.isArray(policies) ? policies.filter((name) => typeof name === 'string') : [],
    expiresAtMs: typeof expire_time === 'string' ? Date.parse(expire_time) : undefined,
  };
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

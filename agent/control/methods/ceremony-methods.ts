/**
 * The ceremony on the channel: its changes are the requests `sys/init` and `sys/unseal` through the
 * core, recorded and limited like those that come over HTTP, and its state is everybody's.
 */
import type { SealedShareBox } from '../../../shared/control/methods.ts';
import { holderCharactersMax } from '../../../shared/control/sealed-share.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import { sharesMax } from '../../../shared/share/share.ts';
import { plainBody } from '../core-calls.ts';
import { encodedCharactersMax, reasonCharactersMax } from '../limits.ts';
import { Params } from '../params.ts';
import type { MethodGroup, MethodParts } from './parts.ts';

type Names = 'ceremony.status' | 'ceremony.init' | 'ceremony.submit' | 'ceremony.reset';

export function ceremonyMethods({ calls, ceremony }: MethodParts): MethodGroup<Names> {
  return {
    async 'ceremony.status'(_caller, { params }) {
      new Params(params).only('ceremony.status');
      return ceremony.snapshot();
    },

    async 'ceremony.init'({ session }, { params }) {
      const given = new Params(params).only('ceremony.init', 'shares', 'threshold', 'receiver');
      const wishes = {
        secret_shares: given.integer('shares', 1, sharesMax),
        secret_threshold: given.integer('threshold', 1, sharesMax),
        receiver: given.base64('receiver'),
      };
      const call = { method: 'write', path: 'sys/init', body: plainBody(wishes) } as const;
      const answer = await calls.body(session, call);
      return {
        sender: text(answer['sender']),
        sealedShares: texts(answer['sealed_shares']),
        sealedRootToken: text(answer['sealed_root_token']),
        setId: text(answer['set_id']),
      };
    },

    async 'ceremony.submit'({ session }, { params }) {
      const given = new Params(params).only('ceremony.submit', 'nonce', 'box');
      const nonce = given.text('nonce', encodedCharactersMax);
      const box = boxOf(given.inside('box'));
      await calls.body(session, unseal({ nonce, box }));
      return ceremony.snapshot();
    },

    async 'ceremony.reset'({ session }, { params }) {
      const given = new Params(params).only('ceremony.reset', 'nonce', 'reason');
      const nonce = given.text('nonce', encodedCharactersMax);
      const reason = given.shown('reason', reasonCharactersMax);
      await calls.body(session, unseal({ reset: true, nonce, reason, holder: session.name }));
      return ceremony.snapshot();
    },
  };
}

function unseal(fields: JsonObject): {
  readonly method: 'write';
  readonly path: string;
  readonly body: Uint8Array;
} {
  return { method: 'write', path: 'sys/unseal', body: plainBody(fields) };
}

function boxOf(given: Params): SealedShareBox & JsonObject {
  given.only('ceremony.submit', 'sender', 'nonce', 'ciphertext', 'holder');
  return {
    sender: given.base64('sender'),
    nonce: given.base64('nonce'),
    ciphertext: given.base64('ciphertext'),
    holder: given.shown('holder', holderCharactersMax),
  };
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

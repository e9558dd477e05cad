/** `sys/generate-root/*` and its authenticated twin: a root token from a threshold of shares. */
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { decodeBase64 } from '../../../shared/encoding/base64.ts';
import { utf8Decode, utf8Encode } from '../../../shared/encoding/utf8.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import type { Transacted } from '../../store/transact.ts';
import type { Attempt } from '../../store/view.ts';
import type { CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import { createRootToken } from '../founding.ts';
import type { Remote } from '../request.ts';
import { RootGeneration, xorInto } from '../root-generation.ts';
import { takeTokenBack } from '../take-back.ts';
import { isEmpty } from './init.ts';
import type { SystemParts } from './parts.ts';
import { enteredShare } from './unseal.ts';

type Routes = typeof sysRoutes;
type Names =
  | 'generateRootAttempt'
  | 'generateRootUpdate'
  | 'generateRootTokenAttempt'
  | 'generateRootTokenUpdate'
  | 'decodeToken';

/**
 * A root token from shares, by two families of routes over one attempt: with a token that has
 * `sudo` (`generate-root-token`), or without one (`generate-root`), for peers that the
 * configuration names. Without a token the nonce is needed for everything, so nobody can cancel
 * what others have begun.
 */
export function generateRootHandlers(parts: SystemParts): CoreHandlerGroup<Routes, Names> {
  const generation = new RootGeneration(parts.seal, parts.random);
  const allowed = (call: { readonly remote: Remote }): void => requireAllowed(parts, call.remote);
  return {
    generateRootAttempt: {
      async read(call) {
        allowed(call);
        return { data: statusBody(generation) };
      },
      async write(call) {
        allowed(call);
        return start(generation, call.fields);
      },
      async delete(call) {
        allowed(call);
        generation.cancel(call.fields.nonce ?? '');
        return {};
      },
    },
    generateRootUpdate: {
      async write(call) {
        allowed(call);
        return submit(parts, generation, call);
      },
    },
    generateRootTokenAttempt: {
      read: async () => ({ data: statusBody(generation) }),
      write: async ({ fields }) => start(generation, fields),
      async delete({ fields }) {
        generation.cancel(fields.nonce);
        return {};
      },
    },
    generateRootTokenUpdate: { write: (call) => submit(parts, generation, call) },
    decodeToken: {
      write: async ({ fields }) => ({ data: { token: decode(fields.encoded_token, fields.otp) } }),
    },
  };
}

function requireAllowed({ options }: SystemParts, remote: Remote): void {
  const { generateRootFrom } = options;
  const isAllowed =
    generateRootFrom === 'anywhere' || (generateRootFrom === 'local' && remote.local);
  if (!isAllowed) throw failure('system.generate-root-off');
}

function start(
  generation: RootGeneration,
  fields: { readonly otp: string | undefined; readonly pgp_key: JsonValue | undefined },
): CoreOutcome {
  for (const field of ['otp', 'pgp_key'] as const) {
    const reason = 'the one-time pad is made here';
    if (!isEmpty(fields[field])) throw failure('system.unsupported', { field, reason });
  }
  const otp = generation.start();
  return { data: { ...statusBody(generation), otp } };
}

function statusBody(generation: RootGeneration): JsonObject {
  return {
    ...generation.status(),
    complete: false,
    encoded_token: '',
    encoded_root_token: '',
    pgp_fingerprint: '',
    otp: '',
    otp_length: generation.padCharacters,
  };
}

interface SubmitCall {
  readonly fields: { readonly nonce: string | undefined };
  readonly secrets: ReadonlyMap<string, Uint8Array>;
  transact<Result>(work: (attempt: Attempt) => Promise<Result>): Promise<Transacted<Result>>;
}

async function submit(
  parts: SystemParts,
  generation: RootGeneration,
  call: SubmitCall,
): Promise<CoreOutcome> {
  const share = enteredShare(call.secrets);
  if (share === undefined) throw failure('request.field-missing', { field: 'key' });
  const { nonce } = call.fields;
  if (nonce === undefined) throw failure('request.field-missing', { field: 'nonce' });
  let made: string | undefined;
  const encoded = await generation.submit(share, nonce, async () => {
    const { result } = await call.transact((attempt) =>
      createRootToken(parts.mint, attempt, 'auth/token/root'),
    );
    made = result.id;
    return result.token;
  });
  const body = statusBody(generation);
  if (encoded === undefined || made === undefined) return { data: body };
  const id = made;
  return {
    data: {
      ...body,
      nonce,
      started: true,
      progress: generation.status().required,
      complete: true,
      encoded_token: encoded,
      encoded_root_token: encoded,
    },
    undo: () => takeTokenBack(parts, id),
  };
}

/** Takes the pad off: whoever has both has the token. */
function decode(encoded: string, pad: string): string {
  const padding = '='.repeat((4 - (encoded.length % 4)) % 4);
  const bytes = decodeBase64(encoded + padding);
  const padBytes = utf8Encode(pad);
  if (bytes.length !== padBytes.length) {
    const expected = 'as long as the encoded token';
    throw failure('request.field-invalid', { field: 'otp', expected });
  }
  try {
    return utf8Decode(xorInto(bytes, padBytes));
  } catch {
    const expected = 'the one-time pad of the encoded token';
    throw failure('request.field-invalid', { field: 'otp', expected });
  }
}

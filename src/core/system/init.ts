/** `sys/init`: the founding of a cluster, in one commit. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { sysRoutes } from '../../../shared/api/sys.ts';
import { initShareName, initTokenName } from '../../../shared/control/sealed-share.ts';
import { encodeBase64 } from '../../../shared/encoding/base64.ts';
import { encodeHex } from '../../../shared/encoding/hex.ts';
import { utf8Decode, utf8Encode } from '../../../shared/encoding/utf8.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject, JsonValue } from '../../../shared/json/value.ts';
import type { InitialiseOptions } from '../../seal/found.ts';
import type { Initialised } from '../../seal/seal.ts';
import type { CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import { prepareFounding } from '../founding.ts';
import type { Remote } from '../request.ts';
import type { SystemParts } from './parts.ts';

type Routes = typeof sysRoutes;
type InitFields = FieldsOf<Routes['init']['operations']['write']['fields']>;

/** Shares and threshold of a request that says nothing of them. */
const sharesDefault = 3;
const thresholdDefault = 2;

/** `sys/init`: the one request that founds the cluster. */
export function initHandlers(parts: SystemParts): CoreHandlerGroup<Routes, 'init'> {
  return {
    init: {
      read: async () => ({ data: { initialized: parts.seal.initialised } }),
      write: (call) => initialise(parts, call),
    },
  };
}

async function initialise(
  parts: SystemParts,
  call: { readonly fields: InitFields; readonly remote: Remote; readonly requestId: string },
): Promise<CoreOutcome> {
  const { seal, mint, random, room } = parts;
  if (seal.initialised) throw failure('seal.already-initialised');
  if (parts.options.initFrom === 'local' && !call.remote.local) {
    throw failure('system.init-remote');
  }
  refuseUnsupported(call.fields);
  const { receiver } = call.fields;
  if (receiver !== undefined) parts.ceremonyKeys.checkReceiver(receiver);
  const options = initOptions(call.fields);
  let rootToken = '';
  const { shares, undo } = await seal.initialise(options, async (founding) => {
    const prepared = await prepareFounding(
      {
        store: room.store,
        random,
        limits: mint.limits,
        initialMounts: parts.options.initialMounts,
        deposit: parts.deposit,
      },
      founding,
    );
    rootToken = prepared.rootToken;
    return prepared.operations;
  });
  return {
    data: await initAnswer(parts, receiver, { shares, rootToken, undo }),
    // Shares that nobody was given would be a cluster that nobody opens.
    undo,
    whenRecorded: () => settle(parts, options, call.requestId),
  };
}

/** Founded is founded: a file that cannot be removed must not cost the shares. */
async function settle(
  { background, deposit, events, ceremony }: SystemParts,
  options: InitialiseOptions,
  requestId: string,
): Promise<void> {
  await background.finish('removal of the deposit', async () => deposit?.stored());
  await events.record('initialized', { ...options }, requestId);
  ceremony.initialised(undefined);
}

/** Of two numbers of which one is given, the other is the default as far as it fits. */
function initOptions({ secret_shares, secret_threshold }: InitFields): InitialiseOptions {
  const shares = secret_shares ?? Math.max(sharesDefault, secret_threshold ?? 0);
  const threshold = secret_threshold ?? Math.min(thresholdDefault, shares);
  return { shares, threshold };
}

const unsupportedFields = [
  ['pgp_keys', 'shares are given out as they are'],
  ['root_token_pgp_key', 'the root token is given out as it is'],
  ['recovery_shares', 'this seal has shares of its own'],
  ['recovery_threshold', 'this seal has shares of its own'],
  ['recovery_pgp_keys', 'this seal has shares of its own'],
] as const;

/** Vault's clients send all fields, most of them empty. */
function refuseUnsupported(fields: InitFields): void {
  for (const [field, reason] of unsupportedFields) {
    if (!isEmpty(fields[field])) throw failure('system.unsupported', { field, reason });
  }
}

/** Whether a field says nothing: absent, null, 0, an empty text or list. */
export function isEmpty(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === '' || value === 0;
}

interface Founded extends Initialised {
  readonly rootToken: string;
}

async function initAnswer(
  parts: SystemParts,
  receiver: string | undefined,
  founded: Founded,
): Promise<JsonObject> {
  try {
    return receiver === undefined ? clearAnswer(founded) : sealedAnswer(parts, receiver, founded);
  } catch (error) {
    await parts.background.finish('taking back', founded.undo);
    throw error;
  }
}

function clearAnswer({ shares, rootToken }: Founded): JsonObject {
  const answer = {
    keys: shares.map(({ raw }) => encodeHex(raw)),
    keys_base64: shares.map(({ raw }) => encodeBase64(raw)),
    shares: shares.map(({ framed }) => utf8Decode(framed)),
    root_token: rootToken,
  };
  for (const { raw, framed } of shares) {
    raw.fill(0);
    framed.fill(0);
  }
  return answer;
}

/** Everything sealed to the receiver's one-time key: no share was ever a text here. */
function sealedAnswer(
  { ceremonyKeys, seal }: SystemParts,
  receiver: string,
  { shares, rootToken }: Founded,
): JsonObject {
  const token = utf8Encode(rootToken);
  const secrets = [
    ...shares.map(({ framed }, at) => ({ name: initShareName(at + 1), bytes: framed })),
    { name: initTokenName, bytes: token },
  ];
  try {
    const { sender, boxes } = ceremonyKeys.sealFor(receiver, secrets);
    return {
      sender,
      sealed_shares: boxes.slice(0, shares.length),
      sealed_root_token: boxes[shares.length] ?? '',
      set_id: seal.status().setId ?? '',
    };
  } finally {
    token.fill(0);
    for (const { raw, framed } of shares) {
      raw.fill(0);
      framed.fill(0);
    }
  }
}

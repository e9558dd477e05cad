/** `sys/operators`: who has a key file, with the public keys of it. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { sysRoutes } from '../../../shared/api/sys.ts';
import {
  fingerprintInput,
  operatorFingerprint,
  operatorKeyBytes,
  type OperatorKeys,
  operatorSignatureBytes,
  registrationMessage,
} from '../../../shared/control/operator.ts';
import { decodeBase64 } from '../../../shared/encoding/base64.ts';
import { failure, isFailure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { canonicalName } from '../../../shared/path/name.ts';
import { formatTime } from '../../../shared/units/time.ts';
import { VerifyingKey } from '../../crypto/ed25519.ts';
import { sha256 } from '../../crypto/sha256.ts';
import { isLowOrder } from '../../crypto/x25519.ts';
import type { CoreCall, CoreHandlerGroup, CoreOutcome } from '../core-call.ts';
import {
  deleteOperator,
  keysOf,
  listOperators,
  putOperator,
  readOperator,
  type StoredOperator,
} from '../operators/stored-operators.ts';

type Routes = typeof sysRoutes;
type OperatorFields = FieldsOf<Routes['operator']['operations']['write']['fields']>;
type NameCall<Fields> = CoreCall<{ readonly name: string }, Fields>;

export function operatorHandlers(): CoreHandlerGroup<Routes, 'operators' | 'operator'> {
  return {
    operators: {
      list: async (call) => {
        const { result } = await call.transact(listOperators);
        return { data: { keys: result } };
      },
    },
    operator: { read, write, delete: remove },
  };
}

async function read(call: NameCall<unknown>): Promise<CoreOutcome> {
  const name = canonicalName(call.parameters.name);
  const { result } = await call.transact((attempt) => readOperator(attempt, name));
  if (result === undefined) throw failure('request.not-found');
  return { data: operatorBody(result) };
}

function operatorBody(operator: StoredOperator): JsonObject {
  const keys = keysOf(operator);
  return {
    name: operator.name,
    signing_key: operator.signingKey,
    box_key: operator.boxKey,
    fingerprint: operatorFingerprint(sha256(fingerprintInput(keys))),
    version: operator.version,
    registered: formatTime(operator.registeredMs),
  };
}

async function write(call: NameCall<OperatorFields>): Promise<CoreOutcome> {
  const name = canonicalName(call.parameters.name);
  const keys = checkedKeys(call.fields);
  const proof = field(call.fields.proof, 'proof', operatorSignatureBytes);
  const message = registrationMessage(name, keys);
  if (!new VerifyingKey(keys.signingKey).verify(message, proof)) {
    throw failure('operator.proof-wrong');
  }
  const { revision } = await call.transact((attempt) => putOperator(attempt, name, keys));
  return { revision };
}

async function remove(call: NameCall<unknown>): Promise<CoreOutcome> {
  const name = canonicalName(call.parameters.name);
  const { revision } = await call.transact((attempt) => deleteOperator(attempt, name));
  return { revision };
}

function checkedKeys(fields: OperatorFields): OperatorKeys {
  const signingKey = field(fields.signing_key, 'signing_key', operatorKeyBytes);
  const boxKey = field(fields.box_key, 'box_key', operatorKeyBytes);
  if (!isLowOrder(boxKey)) return { signingKey, boxKey };
  throw failure('operator.key-invalid', { field: 'box_key', expected: 'an X25519 public key' });
}

function field(text: string, name: string, bytes: number): Uint8Array {
  try {
    const value = decodeBase64(text);
    if (value.length === bytes) return value;
  } catch (error) {
    if (!isFailure(error, 'encoding.invalid')) throw error;
  }
  throw failure('operator.key-invalid', { field: name, expected: `${bytes} bytes` });
}

/** `sys/unseal`, `sys/seal`, `sys/seal-status`: who holds the keys. */
import type { FieldsOf } from '../../../shared/api/route.ts';
import type { sysRoutes } from '../../../shared/api/sys.ts';
import type { SealedShareBox } from '../../../shared/control/methods.ts';
import { holderCharactersMax } from '../../../shared/control/sealed-share.ts';
import { failure } from '../../../shared/errors/failure.ts';
import type { JsonObject } from '../../../shared/json/value.ts';
import { type CoreHandlerGroup, type CoreOutcome, nothingStored } from '../core-call.ts';
import type { SystemParts } from './parts.ts';
import { sealStatus } from './status.ts';

type Routes = typeof sysRoutes;
type UnsealFields = FieldsOf<Routes['unseal']['operations']['write']['fields']>;

/** Entering shares, and dropping the keys again. */
export function unsealHandlers(
  parts: SystemParts,
): CoreHandlerGroup<Routes, 'unseal' | 'seal' | 'stepDown'> {
  return {
    unseal: { write: ({ fields, secrets }) => unseal(parts, fields, enteredShare(secrets)) },
    seal: {
      async write(call) {
        const { fields, rights } = call;
        const by = shownName(rights?.caller.displayName);
        const reason = shownText('reason', fields.reason);
        await call.transact(nothingStored);
        await parts.seal.seal({ ...optional('by', by), ...optional('reason', reason) });
        return {};
      },
    },
    stepDown: {
      async write() {
        await parts.leadership.stepDown();
        return {};
      },
    },
  };
}

/** The share of a request under either of its names; the pipeline zeroes it afterwards. */
export function enteredShare(secrets: ReadonlyMap<string, Uint8Array>): Uint8Array | undefined {
  return secrets.get('key') ?? secrets.get('share');
}

async function unseal(
  parts: SystemParts,
  fields: UnsealFields,
  share: Uint8Array | undefined,
): Promise<CoreOutcome> {
  if (fields.migrate === true) {
    throw failure('system.unsupported', { field: 'migrate', reason: 'there is one kind of seal' });
  }
  const { seal } = parts;
  const by = shownText('holder', fields.holder);
  const attempt = { ...optional('nonce', fields.nonce), ...optional('by', by) };
  if (fields.reset === true) {
    seal.reset({ ...attempt, ...optional('reason', shownText('reason', fields.reason)) });
    return { data: sealStatus(parts) };
  }
  if (share !== undefined) await seal.submit(share, attempt);
  else if (fields.box === undefined) throw failure('system.reset-or-key');
  else await submitBox(parts, boxOf(fields.box), fields.nonce ?? '');
  return { data: sealStatus(parts) };
}

/** A share that was sealed on its way. On an unsealed server there is nothing to open it for. */
async function submitBox(
  { seal, ceremony }: SystemParts,
  box: SealedShareBox,
  nonce: string,
): Promise<void> {
  if (!seal.sealed) return;
  const share = ceremony.open(box, nonce);
  try {
    await seal.submit(share, { nonce, by: box.holder });
  } finally {
    share.fill(0);
  }
}

function boxOf(box: JsonObject): SealedShareBox {
  const { sender, nonce, ciphertext } = box;
  const holder = shownText('box', box['holder']);
  const texts = [sender, nonce, ciphertext];
  if (holder === undefined || !texts.every((text) => typeof text === 'string')) {
    throw failure('request.field-invalid', { field: 'box', expected: 'a sealed share' });
  }
  return { sender, nonce, ciphertext, holder } as SealedShareBox;
}

/** A text that others will read: short, and without characters that only a terminal obeys. */
function shownText(field: string, text: unknown): string | undefined {
  if (text === undefined || text === '') return undefined;
  const shown =
    typeof text === 'string' && text.length <= holderCharactersMax && !/\p{C}/u.test(text);
  if (shown) return text;
  const expected = `at most ${holderCharactersMax} printable characters`;
  throw failure('request.field-invalid', { field, expected });
}

/** A token's name as far as it may be shown; names that a terminal would obey are left out. */
function shownName(name: string | undefined): string | undefined {
  return name === '' || name === undefined || /\p{C}/u.test(name)
    ? undefined
    : name.slice(0, holderCharactersMax);
}

function optional<Name extends string>(
  name: Name,
  value: string | undefined,
): { readonly [Key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: string });
}

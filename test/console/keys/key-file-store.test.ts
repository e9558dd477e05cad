/** F-46: an operator's key file on disk, whole and in every way that it can be damaged. */
import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  readKeyFile,
  requireNoKeyFile,
  writeKeyFile,
} from '../../../console/keys/key-file-store.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import * as damage from '../../scenarios/damaged-files/damages.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../vectors/operator-key.json', import.meta.url), 'utf8'),
) as { readonly file: object };
const text = JSON.stringify(golden.file);

const refused: readonly (readonly [string, damage.Damage, ErrorCode, RegExp])[] = [
  ['emptied', damage.emptied, 'operator.file-malformed', /./],
  ['halved', damage.halved, 'operator.file-malformed', /./],
  ['a bit flipped at its begin', damage.flipped(0), 'operator.file-malformed', /./],
  ['text of others', damage.rewritten('-----BEGIN'), 'operator.file-malformed', /./],
  ['exposed', damage.exposed, 'operator.file-open', /chmod 600/],
  ['a folder', damage.folder, 'client.file-unreadable', /./],
  ['gone', damage.gone, 'client.file-unreadable', /strongbox operator keygen/],
  ['of a megabyte', damage.rewritten('x'.repeat(2_000_000)), 'client.file-unreadable', /./],
];

for (const [what, harm, code, sentence] of refused) {
  test(`F-46: a key file, ${what}, is refused by its name`, async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'key');
    writeKeyFile(file, text);
    harm(file);
    assert.throws(
      () => readKeyFile(file),
      (error) => {
        assert.ok(isFailure(error, code), String(error));
        assert.ok(error.message.includes(file));
        assert.match(error.message, sentence);
        return true;
      },
    );
  });
}

test('a key file is for its owner alone, is read as it was written, and is never overwritten', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'key');
  requireNoKeyFile(file);
  writeKeyFile(file, text);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(readKeyFile(file).signingKey.length > 0);
  writeFileSync(file, 'older keys');
  for (const act of [() => requireNoKeyFile(file), () => writeKeyFile(file, text)]) {
    assert.throws(act, (error) => isFailure(error, 'operator.file-exists'));
  }
  assert.equal(readFileSync(file, 'utf8'), 'older keys');
});

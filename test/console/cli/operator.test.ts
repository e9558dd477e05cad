import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Ran, runCli, type RunOptions, TemporaryFolder } from '../run-cli.ts';
import { envelope, type Reply, responderOf, StandIn } from '../stand-in.ts';

const share = 'sbx1qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const sealed = { type: 'shamir', initialized: true, sealed: true, t: 2, n: 3, progress: 1 };
const unsealed = { ...sealed, sealed: false, progress: 0 };

function serve(replies: Readonly<Record<string, Reply>>): Promise<StandIn> {
  return StandIn.listen(responderOf(replies));
}

function run(server: StandIn, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const env = { VAULT_ADDR: server.address, VAULT_TOKEN: 'hvs.x', ...options.env };
  return runCli(words, { ...options, env });
}

test('status: 0 unsealed, 2 sealed or without a key, 1 when nobody can be asked', async () => {
  const rows = [
    [unsealed, 0, /unsealed and serves/u],
    [sealed, 2, /one more share is needed/u],
    [{ ...sealed, initialized: false }, 2, /operator init/u],
  ] as const;
  for (const [body, code, sentence] of rows) {
    await using server = await serve({ 'GET /v1/sys/seal-status': { body } });
    const ran = await run(server, ['status']);
    assert.equal(ran.code, code);
    assert.match(ran.stdout, sentence);
    assert.ok(ran.stdout.includes(server.address), 'it says who was asked');
    assert.equal(server.received[0]?.headers['x-vault-token'], undefined, 'no token is needed');
    const json = await run(server, ['status', '--format', 'json']);
    assert.equal(json.code, code);
    assert.equal((JSON.parse(json.stdout) as typeof sealed).sealed, body.sealed);
  }
  const nobody = await runCli(['status'], { env: { VAULT_ADDR: 'http://127.0.0.1:1' } });
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /client\.unreachable/u);
});

test('init prints shares and root token once, and says what to do with them', async () => {
  const made = { shares: [share, `${share}q`, `${share}p`], keys: ['00'], root_token: 'hvs.root' };
  await using server = await serve({
    'PUT /v1/sys/init': { body: made },
    'GET /v1/sys/seal-status': { body: sealed },
    'GET /v1/sys/init': { body: { initialized: false } },
  });
  const text = await run(server, ['operator', 'init', '-key-shares=3', '-key-threshold=2']);
  assert.equal(text.code, 0, text.stderr);
  assert.ok(text.stdout.includes(`Share 2     ${share}q\n`));
  assert.ok(text.stdout.includes('Root token  hvs.root\n'));
  assert.match(text.stdout, /Any 2 of the 3 shares/u);
  assert.equal(server.received[0]?.body, '{"secret_shares":3,"secret_threshold":2}');
  const json = await run(server, ['operator', 'init', '--format', 'json']);
  assert.deepEqual(JSON.parse(json.stdout), made);
  assert.equal(server.received[2]?.body, '{}', 'the numbers are the server’s');
  assert.equal((await run(server, ['operator', 'init', '-status'])).code, 2);
});

test('unseal takes a share from standard input, and warns of one among the arguments', async () => {
  await using server = await serve({ 'PUT /v1/sys/unseal': { body: sealed } });
  for (const words of [
    ['operator', 'unseal'],
    ['operator', 'unseal', '-'],
  ]) {
    const ran = await run(server, words, { stdin: `  ${share}\n` });
    assert.equal(ran.code, 0, ran.stderr);
    assert.equal(server.received.at(-1)?.body, `{"key":"${share}"}`);
    assert.equal(ran.stderr, '');
  }
  const open = await run(server, ['operator', 'unseal', share]);
  assert.match(open.stderr, /can be seen by others/u);
  await run(server, ['operator', 'unseal', '-reset']);
  assert.equal(server.received.at(-1)?.body, '{"reset":true}');
});

test('unseal takes a share from each line of standard input, as many as are needed', async () => {
  let entered = 0;
  await using server = await StandIn.listen(({ body }) => {
    if (body.includes('wrong')) return { status: 400, body: { errors: ['no such share'] } };
    entered += 1;
    return { body: { ...sealed, sealed: entered < 2, progress: entered % 2 } };
  });
  const enough = await run(server, ['operator', 'unseal'], { stdin: 'one\r\n\n two\nthree\n' });
  assert.equal(enough.code, 0, enough.stderr);
  assert.deepEqual(
    server.received.map(({ body }) => body),
    ['{"key":"one"}', '{"key":"two"}'],
  );
  assert.match(enough.stdout, /unsealed and serves/u);

  entered = 0;
  const refused = await run(server, ['operator', 'unseal', '-'], { stdin: 'one\nwrong\ntwo' });
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^Share 2 of standard input was not taken; 1 before it was/u);
  assert.equal(entered, 1);
});

test('what is no share is refused here, without being shown', async () => {
  await using server = await serve({});
  for (const stdin of ['CANARY"}', 'CANARY CANARY', '\u001bCANARY', 'ü']) {
    const ran = await run(server, ['operator', 'unseal'], { stdin });
    assert.equal(ran.code, 1);
    assert.equal((ran.stdout + ran.stderr).includes('CANARY'), false);
  }
  const empty = await run(server, ['operator', 'unseal'], { stdin: ' \n' });
  assert.match(empty.stderr, /standard input is empty/u);
  assert.deepEqual(server.asked, []);
});

test('a refused share is exit code 2 with the server’s reason first', async () => {
  const body = { errors: ['the share is a duplicate'], error_codes: ['seal.share-duplicate'] };
  await using server = await serve({ 'PUT /v1/sys/unseal': { status: 400, body } });
  const ran = await run(server, ['operator', 'unseal'], { stdin: share });
  assert.equal(ran.code, 2);
  assert.match(ran.stderr, /^Error: write sys\/unseal: the share is a duplicate/u);
});

test('seal, key-status and rotate', async () => {
  const status = envelope({ term: 2, install_time: 't', encryptions: 7 });
  await using server = await serve({
    'PUT /v1/sys/seal': { status: 204 },
    'PUT /v1/sys/rotate': { status: 204 },
    'GET /v1/sys/key-status': { body: status },
  });
  const done = await run(server, ['operator', 'seal', '-reason=drill']);
  assert.equal(done.stdout, 'The agent is sealed.\n');
  assert.match((await run(server, ['operator', 'key-status'])).stdout, /^term +2$/mu);
  assert.equal((await run(server, ['operator', 'rotate', '-field=term'])).stdout, '2');
  assert.deepEqual(server.asked.slice(-2), ['PUT /v1/sys/rotate', 'GET /v1/sys/key-status']);
});

/** An attempt as a server keeps it: complete after `required` shares. */
function rootAttempt(required: number) {
  const pad = 'abcdefgh';
  const token = 'hvs.root';
  const encoded = Buffer.from(Buffer.from(token).map((byte, at) => byte ^ pad.charCodeAt(at)));
  const attempt = { started: false, progress: 0 };
  const status = () => ({
    ...attempt,
    nonce: '6f2d0000-0000-4000-8000-000000000000',
    required,
    complete: attempt.progress >= required,
    otp_length: pad.length,
    ...(attempt.progress >= required && {
      encoded_token: encoded.toString('base64').replaceAll('=', ''),
    }),
  });
  const answer = (verb: string): Reply => {
    if (verb === 'begin') attempt.started = true;
    if (verb === 'enter') attempt.progress += 1;
    return { body: verb === 'begin' ? { ...status(), otp: pad } : status() };
  };
  return { answer, pad, token, encoded: encoded.toString('base64').replaceAll('=', '') };
}

function rootServer(family: string, attempt: ReturnType<typeof rootAttempt>): Promise<StandIn> {
  return StandIn.listen(({ method, target }) => {
    if (target === `/v1/sys/${family}/attempt` && method === 'GET') return attempt.answer('read');
    if (target === `/v1/sys/${family}/attempt` && method === 'PUT') return attempt.answer('begin');
    if (target === `/v1/sys/${family}/update`) return attempt.answer('enter');
    if (method === 'DELETE') return { status: 204 };
    return { status: 404, body: { errors: [] } };
  });
}

test('generate-root at one terminal: all shares in, the root token out', async () => {
  const attempt = rootAttempt(2);
  await using server = await rootServer('generate-root-token', attempt);
  const words = ['operator', 'generate-root', '--field', 'root_token'];
  const ran = await run(server, words, { stdin: `${share}\n\n${share}q\n` });
  assert.equal(ran.code, 0, ran.stderr);
  assert.equal(ran.stdout, attempt.token);
  const entered = JSON.parse(server.received.at(-1)?.body ?? '') as Record<string, string>;
  assert.equal(entered['key'], `${share}q`);
  assert.match(entered['nonce'] ?? '', /^6f2d/u);
});

test('generate-root begins nothing without a share, and ends what nobody has the pad of', async () => {
  const attempt = rootAttempt(2);
  await using server = await rootServer('generate-root-token', attempt);
  const words = ['operator', 'generate-root'];
  const empty = await run(server, words, { stdin: '\n' });
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /cli\.input-empty/u);
  assert.equal(empty.stdout, '');
  assert.equal(server.asked.filter((line) => line.startsWith('PUT')).length, 0);

  const malformed = await run(server, words, { stdin: `${share}\n"` });
  assert.equal(malformed.code, 1);
  assert.match(malformed.stderr, /Share 2 of standard input .*\n.*was ended/u);
  assert.match(server.asked.at(-1) ?? '', /^DELETE .*nonce=6f2d/u);
});

test('generate-root with too few shares says what is missing, and what the pad is for', async () => {
  const attempt = rootAttempt(3);
  await using server = await rootServer('generate-root-token', attempt);
  const ran = await run(server, ['operator', 'generate-root'], { stdin: share });
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stderr, /2 more shares are needed: .*generate-root/u);
  assert.match(ran.stderr, /--decode/u);
  assert.match(ran.stdout, /^otp +abcdefgh$/mu);
  assert.match(ran.stdout, /^progress +1$/mu);
  const joined = await run(server, ['operator', 'generate-root'], { stdin: share });
  assert.match(joined.stderr, /^One more share is needed/u);
  assert.doesNotMatch(joined.stdout + joined.stderr, /otp +|--decode/u);
});

test('generate-root by several: one begins, others enter, who began decodes', async () => {
  const attempt = rootAttempt(2);
  await using server = await rootServer('generate-root', attempt);
  const env = { VAULT_TOKEN: '' };
  const begun = await run(server, ['operator', 'generate-root', '-init'], { env });
  assert.match(begun.stdout, /^otp +abcdefgh$/mu);
  const words = ['operator', 'generate-root', '--format', 'json'];
  const first = await run(server, words, { env, stdin: share });
  assert.equal((JSON.parse(first.stdout) as { progress: number }).progress, 1);
  const second = await run(server, words, { env, stdin: share });
  assert.deepEqual(JSON.parse(second.stdout), { encoded_token: attempt.encoded });
  const decode = ['operator', 'generate-root', '-decode', attempt.encoded];
  const decoded = await run(server, [...decode, '-field=root_token'], { stdin: attempt.pad });
  assert.equal(decoded.stdout, attempt.token);
  const wrong = await run(server, decode, { stdin: 'short' });
  assert.equal(wrong.code, 1);
  assert.equal((await run(server, ['operator', 'generate-root', '-cancel'], { env })).code, 0);
});

test('login checks the token, keeps it, and never prints it', async () => {
  using home = new TemporaryFolder();
  const data = { id: 'hvs.new', accessor: 'acc', policies: ['root'], ttl: 0, display_name: 'root' };
  await using server = await serve({ 'GET /v1/auth/token/lookup-self': { body: envelope(data) } });
  const env = { VAULT_ADDR: server.address };
  const ran = await runCli(['login'], { env, home: home.path, stdin: 'hvs.new\n' });
  assert.equal(ran.code, 0, ran.stderr);
  const file = join(home.path, '.strongbox-token');
  assert.equal(readFileSync(file, 'utf8'), 'hvs.new');
  assert.equal((ran.stdout + ran.stderr).includes('hvs.new'), false);
  assert.equal(server.received[0]?.headers['x-vault-token'], 'hvs.new');
  const next = await runCli(['token', 'lookup', '-field=accessor'], { env, home: home.path });
  assert.equal(next.stdout, 'acc');
  assert.equal(server.received.at(-1)?.headers['x-vault-token'], 'hvs.new');
});

test('a token that is refused is not kept; other methods are not there', async () => {
  using home = new TemporaryFolder();
  const refusal = { status: 403, body: { errors: ['permission denied'] } };
  await using server = await serve({ 'GET /v1/auth/token/lookup-self': refusal });
  const file = join(home.path, '.strongbox-token');
  writeFileSync(file, 'hvs.old', { mode: 0o600 });
  const env = { VAULT_ADDR: server.address };
  const refused = await runCli(['login', '-'], { env, home: home.path, stdin: 'hvs.bad' });
  assert.equal(refused.code, 2);
  assert.equal(readFileSync(file, 'utf8'), 'hvs.old');
  const words = ['login', '-method=userpass', 'username=alice', 'password=CANARY'];
  const other = await runCli(words, { env, home: home.path });
  assert.equal(other.code, 1);
  assert.match(other.stderr, /no login method userpass/u);
  assert.equal(other.stderr.includes('CANARY'), false);
});

test('secrets: enable, list, tune, disable', async () => {
  const mounts = { 'secret/': { type: 'kv', accessor: 'kv_1', description: '' } };
  await using server = await serve({
    'PUT /v1/sys/mounts/secret': { status: 204 },
    'GET /v1/sys/mounts': { body: envelope(mounts) },
    'PUT /v1/sys/mounts/secret/tune': { status: 204 },
    'DELETE /v1/sys/mounts/secret': { status: 204 },
  });
  const words = ['secrets', 'enable', '-path=secret', '-version=2', '-max-lease-ttl=1h', 'kv'];
  const enabled = await run(server, words);
  assert.equal(enabled.stdout, 'Mounted kv at secret/\n');
  assert.deepEqual(JSON.parse(server.received.at(-1)?.body ?? ''), {
    type: 'kv',
    options: { version: '2' },
    config: { max_lease_ttl: '1h' },
  });
  assert.match((await run(server, ['secrets', 'list'])).stdout, /^secret\/  kv    kv_1 +-$/mu);
  await run(server, ['secrets', 'tune', '-description=x', 'secret/']);
  assert.equal(server.received.at(-1)?.body, '{"description":"x"}');
  assert.equal((await run(server, ['secrets', 'disable', 'secret/'])).code, 0);
});

test('token create shows the token as Vault does; renew and revoke name theirs', async () => {
  const auth = { client_token: 'hvs.t', accessor: 'a', lease_duration: 3_600, policies: ['app'] };
  const body = envelope(null, { auth });
  await using server = await serve({
    'PUT /v1/auth/token/create': { body },
    'PUT /v1/auth/token/create/ci': { body },
    'PUT /v1/auth/token/renew-accessor': { body },
    'PUT /v1/auth/token/revoke': { status: 204 },
    'PUT /v1/auth/token/revoke-orphan': { status: 204 },
    'PUT /v1/auth/token/revoke-self': { status: 204 },
  });
  const flags = ['-policy=app', '-policy=b', '-ttl=1h', '-orphan', '-renewable=false'];
  const made = await run(server, ['token', 'create', ...flags, '-metadata=a=b', '-use-limit=2']);
  assert.match(made.stdout, /^token +hvs\.t$/mu);
  assert.match(made.stdout, /^token_duration +1h$/mu);
  assert.deepEqual(JSON.parse(server.received[0]?.body ?? ''), {
    ttl: '1h',
    policies: ['app', 'b'],
    renewable: false,
    no_parent: true,
    num_uses: 2,
    meta: { a: 'b' },
  });
  const field = await run(server, ['token', 'create', '-role=ci', '-field=token']);
  assert.equal(field.stdout, 'hvs.t');
  await run(server, ['token', 'renew', '-accessor=a', '-increment=2h']);
  assert.equal(server.received.at(-1)?.body, '{"increment":"2h","accessor":"a"}');
  await run(server, ['token', 'revoke', '-'], { stdin: 'hvs.other\n' });
  assert.equal(server.received.at(-1)?.body, '{"token":"hvs.other"}');
  await run(server, ['token', 'revoke', '-mode=orphan', '-'], { stdin: 'hvs.other' });
  assert.equal(server.asked.at(-1), 'PUT /v1/auth/token/revoke-orphan');
  await run(server, ['token', 'revoke', '-self']);
  assert.equal(server.asked.at(-1), 'PUT /v1/auth/token/revoke-self');
  for (const words of [[], ['-self', '-accessor=a'], ['-', '-self']]) {
    assert.equal((await run(server, ['token', 'revoke', ...words], { stdin: 'x' })).code, 1);
  }
});

test('token capabilities of the own token, of an accessor, and of a token from input', async () => {
  const body = envelope({ 'secret/data/a': ['read', 'list'], capabilities: ['read', 'list'] });
  await using server = await serve({
    'PUT /v1/sys/capabilities-self': { body },
    'PUT /v1/sys/capabilities': { body },
    'PUT /v1/sys/capabilities-accessor': { body },
  });
  const own = await run(server, ['token', 'capabilities', 'secret/data/a']);
  assert.match(own.stdout, /^secret\/data\/a  read, list$/mu);
  await run(server, ['token', 'capabilities', '-', 'secret/data/a'], { stdin: 'hvs.o' });
  assert.equal(server.received.at(-1)?.body, '{"token":"hvs.o","paths":["secret/data/a"]}');
  const json = await run(server, ['token', 'capabilities', '-accessor=a', '-format=json', 'x']);
  assert.deepEqual(JSON.parse(json.stdout), { x: ['read', 'list'] });
});

test('read, write, patch, list and delete reach any path', async () => {
  await using server = await serve({
    'GET /v1/any/path?version=2': { body: envelope({ a: 1 }) },
    'GET /v1/bare': { body: { b: 2 } },
    'PUT /v1/any/path': { body: envelope(null, { warnings: ['mind the gap'] }) },
    'PUT /v1/sys/rotate': { status: 204 },
    'PATCH /v1/any/path': { status: 204 },
    'GET /v1/any?list=true': { body: envelope({ keys: ['x'] }) },
    'DELETE /v1/any/path': { status: 204 },
  });
  assert.equal((await run(server, ['read', '-field=a', 'any/path', 'version=2'])).stdout, '1');
  assert.match((await run(server, ['read', 'bare'])).stdout, /^b +2$/mu);
  const written = await run(server, ['write', 'any/path', '-'], { stdin: '{"deep":{"x":[1]}}' });
  assert.equal(written.stdout, 'Written: any/path\n');
  assert.equal(written.stderr, 'Warning: mind the gap\n');
  assert.equal(server.received.at(-1)?.body, '{"deep":{"x":[1]}}');
  assert.equal((await run(server, ['write', 'sys/rotate'])).code, 1);
  assert.equal((await run(server, ['write', '-f', 'sys/rotate'])).code, 0);
  assert.equal((await run(server, ['patch', 'any/path', 'a=b'])).stdout, 'Changed: any/path\n');
  assert.equal((await run(server, ['list', 'any/'])).stdout, 'Keys\n----\nx\n');
  assert.equal((await run(server, ['delete', 'any/path'])).code, 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ran, runCli, type RunOptions } from '../run-cli.ts';
import { envelope, type Reply, type Responder, responderOf, StandIn } from '../stand-in.ts';

const v2Mount = envelope({ path: 'secret/', type: 'kv', options: { version: '2' } });
const v1Mount = envelope({ path: 'old/', type: 'kv', options: { version: '1' } });
const metadata = {
  created_time: '2026-01-01T00:00:00.000000000Z',
  custom_metadata: null,
  deletion_time: '',
  destroyed: false,
  version: 2,
};

function kvServer(replies: Readonly<Record<string, Reply>>): Promise<StandIn> {
  return StandIn.listen(
    responderOf({
      'GET /v1/sys/internal/ui/mounts/secret': { body: v2Mount },
      'GET /v1/sys/internal/ui/mounts/secret/app/db': { body: v2Mount },
      'GET /v1/sys/internal/ui/mounts/secret/app': { body: v2Mount },
      'GET /v1/sys/internal/ui/mounts/old/db': { body: v1Mount },
      ...replies,
    }),
  );
}

function run(server: StandIn, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const env = { STRONGBOX_ADDR: server.address, STRONGBOX_TOKEN: 'hvs.x', ...options.env };
  return runCli(words, { ...options, env });
}

test('kv get shows path, metadata and data; -field and -format choose', async () => {
  const body = envelope({ data: { user: 'app', port: 5_432 }, metadata });
  await using server = await kvServer({ 'GET /v1/secret/data/app/db': { body } });
  const shown = await run(server, ['kv', 'get', 'secret/app/db']);
  assert.equal(shown.code, 0, shown.stderr);
  assert.equal(
    shown.stdout,
    [
      '== Secret Path ==',
      'secret/data/app/db',
      '',
      '== Metadata ==',
      'Key              Value',
      '---              -----',
      'created_time     2026-01-01T00:00:00.000000000Z',
      'custom_metadata  -',
      'deletion_time    -',
      'destroyed        false',
      'version          2',
      '',
      '== Data ==',
      'Key   Value',
      '---   -----',
      'user  app',
      'port  5432',
      '',
    ].join('\n'),
  );
  const json = await run(server, ['kv', 'get', '-format=json', '-mount=secret', 'app/db']);
  assert.deepEqual(JSON.parse(json.stdout), body);
  const field = await run(server, ['kv', 'get', '-field=user', '/secret/app/db/']);
  assert.equal(field.stdout, 'app');
  const yaml = await run(server, [
    'kv',
    'get',
    '--field',
    'port',
    '-format',
    'yaml',
    'secret/app/db',
  ]);
  assert.equal(yaml.stdout, '5432\n');
});

test('kv get of a version asks for it; a deleted one is an error that names the cure', async () => {
  await using server = await kvServer({
    'GET /v1/secret/data/app/db?version=1': {
      status: 404,
      body: envelope({ data: null, metadata: { ...metadata, version: 1 } }),
    },
    'GET /v1/secret/data/app/db?version=2': {
      status: 404,
      body: envelope({ data: null, metadata: { ...metadata, destroyed: true } }),
    },
  });
  const deleted = await run(server, ['kv', 'get', '--version', '1', 'secret/app/db']);
  assert.equal(deleted.code, 2);
  assert.match(deleted.stderr, /version 1 of secret\/app\/db is deleted/u);
  assert.match(deleted.stderr, /kv undelete --versions 1 secret\/app\/db/u);
  const destroyed = await run(server, ['kv', 'get', '--version', '2', 'secret/app/db']);
  assert.match(destroyed.stderr, /is destroyed; its data is gone for good/u);
  assert.equal(destroyed.stdout, '');
});

test('kv put takes values from arguments, files and standard input', async () => {
  await using server = await kvServer({
    'PUT /v1/secret/data/app/db': { body: envelope(metadata) },
  });
  const words = ['kv', 'put', '--cas=1', 'secret/app/db', 'user=a=b', 'password=-', 'at=\\@x'];
  const written = await run(server, words, { stdin: 'correct horse\n' });
  assert.equal(written.code, 0, written.stderr);
  assert.deepEqual(JSON.parse(server.received.at(-1)?.body ?? ''), {
    data: { user: 'a=b', password: 'correct horse\n', at: '@x' },
    options: { cas: 1 },
  });
  assert.match(written.stdout, /version +2/u);
  const whole = await run(server, ['kv', 'put', 'secret/app/db', '-'], { stdin: '{"n":1}' });
  assert.equal(whole.code, 0, whole.stderr);
  assert.deepEqual(JSON.parse(server.received.at(-1)?.body ?? ''), { data: { n: 1 }, options: {} });
});

test('data that cannot be meant is refused before anybody is asked', async () => {
  await using server = await kvServer({});
  const rows: readonly (readonly [string[], RegExp, string?])[] = [
    [['novalue'], /no name or no = in it/u],
    [['=x'], /no name or no = in it/u],
    [['a=1', 'a=2'], /its name is used twice/u],
    [['a=-', 'b=-'], /used up by another value/u, 'x'],
    [['a=@/nonexistent/f'], /\/nonexistent\/f cannot be read \(there is no such file/u],
    [['@/nonexistent/f'], /cannot be read/u],
    [['-'], /standard input is not a JSON object/u, '[1]'],
    [['-'], /standard input is not a JSON object/u, '{"a":1,"a":2}'],
    [['-'], /standard input is not a JSON object/u, '{"CANARY'],
  ];
  for (const [words, message, stdin = ''] of rows) {
    const ran = await run(server, ['kv', 'put', 'secret/app/db', ...words], { stdin });
    assert.equal(ran.code, 1, words.join(' '));
    assert.match(ran.stderr, message);
    assert.equal(ran.stderr.includes('CANARY'), false);
  }
  assert.deepEqual(server.asked, []);
});

test('names of the prototype are names of values like any other', async () => {
  await using server = await kvServer({
    'PUT /v1/secret/data/app/db': { body: envelope(metadata) },
  });
  await run(server, ['kv', 'put', 'secret/app/db', '__proto__=p', 'constructor=c']);
  assert.equal(
    server.received.at(-1)?.body,
    '{"data":{"__proto__":"p","constructor":"c"},"options":{}}',
  );
  const body = envelope({ data: JSON.parse('{"__proto__":"p"}'), metadata });
  await using other = await kvServer({ 'GET /v1/secret/data/app/db': { body } });
  const read = await run(other, ['kv', 'get', '--field', '__proto__', 'secret/app/db']);
  assert.equal(read.stdout, 'p');
});

test('version 1 is written and read without data/, and has no versions', async () => {
  await using server = await kvServer({
    'PUT /v1/old/db': { status: 204 },
    'GET /v1/old/db': { body: envelope({ user: 'u' }) },
    'DELETE /v1/old/db': { status: 204 },
  });
  assert.match((await run(server, ['kv', 'put', 'old/db', 'user=u'])).stdout, /Written: old\/db/u);
  assert.equal(server.received.at(-1)?.body, '{"user":"u"}');
  assert.equal((await run(server, ['kv', 'get', '-field=user', 'old/db'])).stdout, 'u');
  assert.equal((await run(server, ['kv', 'delete', 'old/db'])).code, 0);
  for (const words of [
    ['kv', 'history', 'old/db'],
    ['kv', 'get', '--version=1', 'old/db'],
    ['kv', 'put', '--cas=0', 'old/db', 'a=b'],
    ['kv', 'destroy', '--versions=1', 'old/db'],
  ]) {
    const ran = await run(server, words);
    assert.equal(ran.code, 1);
    assert.match(ran.stderr, /old\/ is a KV mount of version 1/u);
  }
});

test('kv list prints names; a server that knows no mounts has version 1', async () => {
  await using server = await kvServer({
    'GET /v1/secret/metadata/app?list=true': { body: envelope({ keys: ['db', 'db/'] }) },
    'GET /v1/secret/metadata/app?scan=true': { body: envelope({ keys: ['db', 'db/x'] }) },
    'GET /v1/ancient/x?list=true': { body: envelope({ keys: ['y'] }) },
  });
  assert.equal((await run(server, ['kv', 'list', 'secret/app'])).stdout, 'Keys\n----\ndb\ndb/\n');
  const json = await run(server, ['kv', 'list', '-r', '-mount=secret', '-format=json', 'app']);
  assert.deepEqual(JSON.parse(json.stdout), ['db', 'db/x']);
  assert.equal((await run(server, ['kv', 'list', 'ancient/x'])).stdout, 'Keys\n----\ny\n');
  const empty = await run(server, ['kv', 'list', 'secret/app/db']);
  assert.equal(empty.code, 2);
  assert.match(empty.stderr, /client\.not-found/u);
});

test('delete, undelete and destroy name versions', async () => {
  await using server = await kvServer({
    'DELETE /v1/secret/data/app/db': { status: 204 },
    'PUT /v1/secret/delete/app/db': { status: 204 },
    'PUT /v1/secret/undelete/app/db': { status: 204 },
    'PUT /v1/secret/destroy/app/db': { status: 204 },
  });
  assert.equal((await run(server, ['kv', 'delete', 'secret/app/db'])).code, 0);
  for (const verb of ['delete', 'undelete', 'destroy']) {
    const words = ['kv', verb, '-versions=1,2', '--versions', '3', 'secret/app/db'];
    const ran = await run(server, words);
    assert.equal(ran.code, 0, ran.stderr);
    assert.equal(server.asked.at(-1), `PUT /v1/secret/${verb}/app/db`);
    assert.equal(server.received.at(-1)?.body, '{"versions":[1,2,3]}');
    const wrong = await run(server, ['kv', verb, '--versions', '1,x', 'secret/app/db']);
    assert.equal(wrong.code, 1);
  }
  assert.equal((await run(server, ['kv', 'destroy', 'secret/app/db'])).code, 1);
});

test('kv patch merges at the server, and reads and writes where there is no patch', async () => {
  const current = envelope({ data: { keep: '1', change: 'old' }, metadata });
  await using modern = await kvServer({
    'PATCH /v1/secret/data/app/db': { body: envelope(metadata) },
  });
  assert.equal((await run(modern, ['kv', 'patch', 'secret/app/db', 'change=new'])).code, 0);
  assert.equal(modern.received.at(-1)?.body, '{"data":{"change":"new"},"options":{}}');
  for (const status of [403, 405]) {
    await using older = await kvServer({
      'PATCH /v1/secret/data/app/db': { status, body: { errors: ['permission denied'] } },
      'GET /v1/secret/data/app/db': { body: current },
      'PUT /v1/secret/data/app/db': { body: envelope(metadata) },
    });
    const words = ['kv', 'patch', 'secret/app/db', '-'];
    const ran = await run(older, words, { stdin: '{"change":"new","gone":null}' });
    assert.equal(ran.code, 0, ran.stderr);
    const sent = JSON.parse(older.received.at(-1)?.body ?? '') as unknown;
    const expected = { data: { keep: '1', change: 'new' }, options: { cas: 2 } };
    assert.deepEqual(sent, expected, 'nobody else’s write is lost');
    const strict = await run(older, ['kv', 'patch', '--method=patch', 'secret/app/db', 'a=b']);
    assert.equal(strict.code, 2);
  }
});

test('kv rollback writes the old data as the next version', async () => {
  await using server = await kvServer({
    'GET /v1/secret/metadata/app/db': { body: envelope({ current_version: 5, versions: {} }) },
    'GET /v1/secret/data/app/db?version=2': { body: envelope({ data: { v: 'two' }, metadata }) },
    'PUT /v1/secret/data/app/db': { body: envelope({ ...metadata, version: 6 }) },
  });
  const ran = await run(server, ['kv', 'rollback', '--version', '2', 'secret/app/db']);
  assert.equal(ran.code, 0, ran.stderr);
  assert.equal(server.received.at(-1)?.body, '{"data":{"v":"two"},"options":{"cas":5}}');
  assert.equal((await run(server, ['kv', 'rollback', 'secret/app/db'])).code, 1);
});

test('kv history shows newest first what became of each version', async () => {
  const version = (deletion_time: string, destroyed = false) => ({
    created_time: 't',
    deletion_time,
    destroyed,
  });
  const versions = {
    '1': version('2020-01-01T00:00:00Z', true),
    '2': version('2020-01-01T00:00:00Z'),
    '3': version('2999-01-01T00:00:00Z'),
    '10': version(''),
  };
  const body = envelope({ current_version: 10, versions });
  await using server = await kvServer({ 'GET /v1/secret/metadata/app/db': { body } });
  const ran = await run(server, ['kv', 'history', 'secret/app/db']);
  const states = ran.stdout
    .split('\n')
    .slice(2, 6)
    .map((line) => line.split(/ +/u).slice(0, 2));
  assert.deepEqual(states, [
    ['10', 'newest'],
    ['3', 'kept'],
    ['2', 'deleted'],
    ['1', 'destroyed'],
  ]);
});

test('metadata is read in sections, put as a whole and patched by name', async () => {
  const path = 'secret/metadata/app/db';
  await using server = await kvServer({
    [`GET /v1/${path}`]: { body: envelope({ max_versions: 5, versions: { '1': { a: 1 } } }) },
    [`PUT /v1/${path}`]: { status: 204 },
    [`PATCH /v1/${path}`]: { status: 204 },
    [`DELETE /v1/${path}`]: { status: 204 },
  });
  const shown = await run(server, ['kv', 'metadata', 'get', 'secret/app/db']);
  assert.match(shown.stdout, /== Metadata ==\n.*\n.*\nmax_versions  5\n\n== Version 1 ==/u);
  const settings = ['-max-versions=3', '-cas-required', '-delete-version-after=1h'];
  const custom = ['-custom-metadata=owner=a', '-custom-metadata', 'x=y=z'];
  await run(server, ['kv', 'metadata', 'put', ...settings, ...custom, 'secret/app/db']);
  assert.deepEqual(JSON.parse(server.received.at(-1)?.body ?? ''), {
    max_versions: 3,
    cas_required: true,
    delete_version_after: '1h',
    custom_metadata: { owner: 'a', x: 'y=z' },
  });
  const removal = ['-remove-custom-metadata=x', '--cas-required=false'];
  await run(server, ['kv', 'metadata', 'patch', ...removal, 'secret/app/db']);
  const patch = { cas_required: false, custom_metadata: { x: null } };
  assert.deepEqual(JSON.parse(server.received.at(-1)?.body ?? ''), patch);
  assert.equal((await run(server, ['kv', 'metadata', 'delete', 'secret/app/db'])).code, 0);
  assert.equal(server.asked.at(-1), `DELETE /v1/${path}`);
});

test('the mount itself is no secret', async () => {
  await using server = await kvServer({});
  const ran = await run(server, ['kv', 'get', 'secret']);
  assert.equal(ran.code, 1);
  assert.match(ran.stderr, /it names the mount and no secret below it/u);
});

test('what the server refuses is exit code 2, in words and with a code', async () => {
  const denied: Responder = () => ({
    status: 403,
    body: { errors: ['1 error occurred:\n\t* permission denied\n\n'] },
  });
  await using server = await StandIn.listen(denied);
  const ran = await run(server, ['kv', 'get', 'secret/app/db']);
  assert.equal(ran.code, 2);
  assert.match(ran.stderr, /^Error: read sys\/internal\/ui\/mounts\/secret\/app\/db: permission/u);
  assert.match(ran.stderr, /\nCode: client\.denied\n$/u);
  assert.equal(ran.stdout, '');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normaliseArguments } from '../../../console/cli/argv.ts';
import { type Command, defineCommand } from '../../../console/cli/command.ts';
import { elsewhere } from '../../../console/cli/elsewhere.ts';
import { commandEntries, findCommand, findGroup } from '../../../console/cli/commands.ts';
import { candidates } from '../../../console/cli/complete.ts';
import { flagsOf } from '../../../console/cli/flags-of.ts';
import { parseWords } from '../../../console/cli/parse.ts';
import { runCli } from '../run-cli.ts';

const sample: Command = defineCommand({
  arguments: '<path> [data..]',
  flags: {
    cas: { type: 'count', description: 'a number' },
    policy: { type: 'texts', description: 'several' },
    orphan: { type: 'switch', description: 'yes or no' },
    shares: { type: 'count', aliases: ['key-shares', 'n'], description: 'with aliases' },
    note: { type: 'text', description: 'a text' },
  },
  examples: [],
  run: async () => undefined,
});

function parse(...words: string[]) {
  return parseWords('sample', sample, words);
}

test('one dash before a word is as good as two; single letters and - stay', () => {
  const rows: readonly (readonly [string[], string[]])[] = [
    [['-format=json'], ['--format=json']],
    [
      ['-mount', 'secret'],
      ['--mount', 'secret'],
    ],
    [['-tls-skip-verify'], ['--tls-skip-verify']],
    [
      ['-h', '-', '--field', 'x'],
      ['-h', '-', '--field', 'x'],
    ],
    [
      ['a', '--', '-format', '-x'],
      ['a', '--', '-format', '-x'],
    ],
    [
      ['-5', 'k=-format', '-----BEGIN'],
      ['-5', 'k=-format', '-----BEGIN'],
    ],
  ];
  for (const [written, read] of rows) assert.deepEqual(normaliseArguments(written), read);
});

test('flags stand anywhere; arguments stay exactly as they were written', () => {
  const words = ['secret/a', '-cas=3', 'k=1', '--policy', 'a', '-', '-policy=b', '007', '1e3'];
  const parsed = parse(...words);
  assert.deepEqual(parsed.arguments, ['secret/a', 'k=1', '-', '007', '1e3']);
  assert.equal(parsed.flags['cas'], 3);
  assert.deepEqual(parsed.flags['policy'], ['a', 'b']);
  assert.equal(parsed.flags['orphan'], undefined);
  assert.equal(parse('a', '--orphan').flags['orphan'], true);
  assert.equal(parse('a', '--orphan=false').flags['orphan'], false);
  assert.equal(parse('a', '-key-shares', '5').flags['shares'], 5);
  assert.equal(parse('a', '-n', '5').flags['shares'], 5);
  assert.equal(parse('a', '--note=').flags['note'], '');
  assert.equal(parse('a', '--note=-x=y').flags['note'], '-x=y');
  assert.deepEqual(parse('a', '--', '--cas', '-x').arguments, ['a', '--cas', '-x']);
  assert.deepEqual(parse('a', '__proto__=1', 'constructor=2').arguments.slice(1), [
    '__proto__=1',
    'constructor=2',
  ]);
});

test('mistakes are refused before anything is done, and no value is repeated', () => {
  const rows: readonly (readonly [string[], RegExp])[] = [
    [[], /its arguments are <path> \[data\.\.\]/u],
    [['a', '--unknown=CANARY'], /there is no flag --unknown\./u],
    [['a', '-x'], /there is no flag -x/u],
    [['a', '--__proto__=1'], /there is no flag --__proto__/u],
    [['a', '--cas'], /has no value/u],
    [['a', '--cas=CANARY'], /--cas is a whole number/u],
    [['a', '--cas=-1'], /--cas is a whole number/u],
    [['a', '--cas=1', '--cas=2'], /--cas is given more than once/u],
    [['a', '--format=CANARY'], /--format is one of table, json, yaml/u],
  ];
  for (const [words, message] of rows) {
    assert.throws(
      () => parse(...words),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'cli.usage');
        assert.match(error.message, message);
        assert.equal(error.message.includes('CANARY'), false);
        return true;
      },
      words.join(' '),
    );
  }
});

test('an argument too many may be a secret: it is not repeated', async () => {
  const ran = await runCli(['operator', 'seal', 'CANARY']);
  assert.equal(ran.code, 1);
  assert.match(ran.stderr, /it takes no arguments/u);
  assert.equal((ran.stdout + ran.stderr).includes('CANARY'), false);
});

test('the longest name wins; groups are found for their help', () => {
  assert.equal(findCommand(['kv', 'metadata', 'get', 'x'])?.entry.name, 'kv metadata get');
  assert.equal(findCommand(['kv', 'get', 'metadata'])?.entry.name, 'kv get');
  assert.equal(findCommand(['kv']), undefined);
  assert.equal(findGroup(['kv', 'metadata']), 'kv metadata');
  assert.equal(findGroup(['constructor']), '');
});

test('every command can be loaded, has examples that parse, and a whole help', async () => {
  for (const entry of commandEntries) {
    const { command } = await entry.load();
    assert.ok(command.examples.length > 0, `${entry.name} has an example`);
    const help = await runCli([...entry.name.split(' '), '--help']);
    assert.equal(help.code, 0);
    assert.ok(help.stdout.startsWith(`Usage: strongbox ${entry.name}`), entry.name);
    assert.ok(help.stdout.replaceAll(/\s+/gu, ' ').includes(`${entry.summary}.`));
    for (const name of Object.keys(flagsOf(command))) {
      assert.ok(help.stdout.includes(`--${name}`), `${entry.name} --${name}`);
    }
    for (const [line] of command.examples) {
      const words = line.split(/ [<>]/u)[0]?.split(' ') ?? [];
      const found = findCommand(words);
      assert.equal(found?.entry.name, entry.name, line);
      assert.doesNotThrow(() => parseWords(entry.name, command, words.slice(found?.length)), line);
    }
    const long = help.stdout.split('\n').filter((text) => text.length > 80);
    assert.deepEqual(long, [], entry.name);
  }
});

test('help says which commands there are, and words that lead nowhere are named', async () => {
  const all = await runCli(['--help']);
  assert.equal(all.code, 0);
  for (const { name } of commandEntries) assert.ok(all.stdout.includes(`  ${name} `), name);
  const kv = await runCli(['kv', '-h']);
  assert.ok(kv.stdout.includes('kv get') && !kv.stdout.includes('policy'));
  assert.equal((await runCli([])).code, 1, 'no command is a mistake that help answers');
  const wrong = await runCli(['kv', 'gett', 'x']);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /did you mean "kv get"/u);
  const version = await runCli(['version']);
  assert.deepEqual(await runCli(['--version']), version);
});

test('no command is offered for another one that only shares its group', async () => {
  const rekey = await runCli(['operator', 'rekey']);
  assert.equal(rekey.code, 1);
  assert.doesNotMatch(rekey.stderr, /did you mean/u, 'least of all `operator seal`');
  const metadata = await runCli(['kv', 'metadata', 'gett']);
  assert.match(metadata.stderr, /did you mean "kv metadata get"\?/u);
});

test('a command of other clients that is not here is answered with where it is', async () => {
  const server = await runCli(['server', '-dev']);
  assert.equal(server.code, 1);
  assert.match(server.stderr, /there is no command server\..*strongbox-agent --config FILE/u);
  for (const name of elsewhere.keys()) {
    assert.equal(findCommand(name.split(' ')), undefined, `${name} has come since`);
    const answer = elsewhere.get(name) ?? '';
    for (const [, command = ''] of answer.matchAll(/`strongbox ([^`]+)`/gu)) {
      assert.ok(findCommand(command.split(' ')), `${name} is sent to ${command}`);
    }
  }
});

test('completion offers what can stand there', async () => {
  assert.ok((await candidates([''])).includes('operator'));
  assert.deepEqual(await candidates(['kv', 'metadata', '']), ['get', 'put', 'patch', 'delete']);
  assert.ok((await candidates(['kv', 'put', 'x', '--'])).includes('--cas'));
  assert.deepEqual(await candidates(['status', '--format', '']), ['table', 'json', 'yaml']);
  assert.deepEqual(await candidates(['kv', 'get', 'sec']), []);
  assert.deepEqual(await candidates(['nonsense', '']), []);
});

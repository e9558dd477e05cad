import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCommand, suggestions, words } from '../../../../console/tui/keys/palette.ts';
import { model, verbs } from './example-table.ts';

function meaning(line: string, view = 'items'): string {
  const parsed = parseCommand(line, verbs, view);
  if (parsed.kind === 'command') return `${parsed.verb.id} ${parsed.args.join('|')}`.trim();
  return parsed.kind === 'wrong' ? parsed.problem : parsed.kind;
}

function offered(line: string, view = 'items'): readonly string[] {
  return suggestions(line, verbs, { view, model }).map((each) => each.line);
}

test('a line is words; quotes hold spaces', () => {
  assert.deepEqual(words('item "a b" c'), ['item', 'a b', 'c']);
  assert.deepEqual(words('item '), ['item', '']);
  assert.deepEqual(words(''), ['']);
  assert.deepEqual(words('item "half'), ['item', 'half']);
});

test('a command is its name, an alias, or what only it begins with', () => {
  assert.equal(meaning('items'), 'view.items');
  assert.equal(meaning('i'), 'view.items', 'an alias wins over what it begins');
  assert.equal(meaning('qu'), 'quit');
  assert.equal(meaning('log verify "my file"', 'log'), 'log.verify my file');
  assert.equal(meaning('   '), 'empty');
});

test('what is wrong with a line is said with what would be right', () => {
  assert.equal(meaning('zap'), 'there is no command :zap; Tab lists what there is');
  assert.equal(meaning('it'), ':it could be :items, :item; type one more letter');
  assert.equal(meaning('item'), ':item ITEM needs ITEM');
  assert.equal(meaning('quit now'), ':quit takes no more words');
  assert.equal(meaning('log verify'), 'there is no command :log; Tab lists what there is');
});

test('the rest of the line is one argument where a sentence is asked for', () => {
  const parameters = [{ name: 'ITEM' }, { name: 'REASON', optional: true, takesRest: true }];
  const [verb] = verbs;
  assert.ok(verb !== undefined);
  const drop = { ...verb, id: 'drop', command: { name: 'drop', parameters } };
  const argumentsOf = (line: string): readonly string[] => {
    const parsed = parseCommand(line, [drop], 'items');
    return parsed.kind === 'command' ? parsed.args : [parsed.kind];
  };
  assert.deepEqual(argumentsOf('drop a the wrong people'), ['a', 'the wrong people']);
  assert.deepEqual(argumentsOf('drop a once'), ['a', 'once']);
  assert.deepEqual(argumentsOf('drop a'), ['a']);
});

test('completion offers names, then values', () => {
  assert.deepEqual(offered('de'), ['delete ']);
  assert.deepEqual(offered('item'), ['item ', 'items']);
  assert.deepEqual(offered('item '), ['item a', 'item b']);
  assert.deepEqual(offered('item b'), ['item b']);
  assert.deepEqual(offered('zap'), []);
  assert.deepEqual(offered('log v', 'log'), ['log verify ']);
  assert.deepEqual(offered('log v'), [], 'a command of another view');
});

test('whatever is typed, the line means something or says what is wrong', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('item ', '"', 'items a b', '-', 'log'));
  fc.assert(
    fc.property(text, (line) => {
      assert.notEqual(meaning(line), '');
      for (const suggestion of offered(line)) assert.ok(suggestion.length > 0);
    }),
  );
});

test('every suggestion that is taken leads to a command or to more suggestions', () => {
  for (const line of ['', 'd', 'i', 'it', 'w', 'item ']) {
    for (const next of offered(line)) {
      const goesOn = meaning(next).includes('needs') && offered(next).length > 0;
      assert.ok(parseCommand(next, verbs, 'items').kind === 'command' || goesOn, next);
    }
  }
});

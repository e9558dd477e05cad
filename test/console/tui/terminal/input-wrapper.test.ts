import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import { inputTokensMax, pasteBytesMax } from '../../../../console/limits.ts';
import { TerminalInput, type SideEvent } from '../../../../console/tui/terminal/input-wrapper.ts';

const esc = '\u001b';
const start = `${esc}[200~`;
const end = `${esc}[201~`;
const escKey = `${esc}[27u`;
const interrupt = '\u0003';

/** A terminal's end whose timers run when the test says so. */
class Source extends EventEmitter {
  readonly modes: boolean[] = [];
  setEncoding(): void {
    // The chunks of this source are text already.
  }
  setRawMode(on: boolean): void {
    this.modes.push(on);
  }
  resume(): void {
    // It never stops.
  }
  pause(): void {
    // It never stops.
  }
}

interface Rig {
  readonly source: Source;
  readonly input: TerminalInput;
  readonly side: SideEvent[];
  /** Lets the waiting timer run out; how long it was. */
  readonly elapse: () => number | undefined;
  readonly feed: (...chunks: readonly string[]) => readonly string[];
  readonly read: () => readonly string[];
}

function rigOf(): Rig {
  const source = new Source();
  let waiting: { readonly delayMs: number; readonly act: () => void } | undefined;
  const input = new TerminalInput(source, (delayMs, act) => {
    const mine = { delayMs, act };
    waiting = mine;
    return () => {
      if (waiting === mine) waiting = undefined;
    };
  });
  const side: SideEvent[] = [];
  input.listen((event) => side.push(event));
  input.setRawMode(true);
  const read = (): readonly string[] => {
    const tokens: string[] = [];
    for (let token = input.read(); token !== null; token = input.read()) tokens.push(String(token));
    return tokens;
  };
  return {
    source,
    input,
    side,
    read,
    feed: (...chunks) => {
      for (const chunk of chunks) source.emit('data', chunk);
      return read();
    },
    elapse: () => {
      const timer = waiting;
      waiting = undefined;
      timer?.act();
      return timer?.delayMs;
    },
  };
}

test('keys that arrive in one chunk are keys of their own', () => {
  const { feed } = rigOf();
  assert.deepEqual(feed('jj'), ['j', 'j']);
  assert.deepEqual(feed('yes\r'), ['y', 'e', 's', '\r'], 'Enter inside a chunk is not lost');
  assert.deepEqual(feed('a\r\nb'), ['a', '\r', 'b']);
  assert.deepEqual(feed(`j${esc}[Ak${esc}OB`), ['j', `${esc}[A`, 'k', `${esc}OB`]);
  assert.deepEqual(feed('e\u0301日👍🏽'), ['e\u0301', '日', '👍🏽'], 'a letter is one key');
});

test('a sequence in pieces is one key, wherever it is cut', () => {
  const whole = [`${esc}[1;5D`, `${esc}b`, `${esc}[3~`, `${esc}OA`];
  for (const token of whole) {
    for (let cut = 1; cut < token.length; cut += 1) {
      const { feed } = rigOf();
      assert.deepEqual(feed(token.slice(0, cut), token.slice(cut), 'x'), [token, 'x']);
    }
  }
});

test('a bare escape byte is the Esc key once nothing follows it', () => {
  const { feed, elapse, read } = rigOf();
  assert.deepEqual(feed(esc), []);
  assert.equal(elapse(), 30);
  assert.deepEqual(read(), [escKey]);
});

test('two escape bytes in a row are the Esc key, then what the second one begins', () => {
  const { feed, elapse, read } = rigOf();
  assert.deepEqual(feed(`${esc}${esc}`), [escKey]);
  elapse();
  assert.deepEqual(read(), [escKey]);
  assert.deepEqual(feed(`${esc}${esc}[A`), [escKey, `${esc}[A`]);
});

test('an arrow whose escape byte came alone, too early, types no letters', () => {
  const { feed, elapse, read } = rigOf();
  feed(esc);
  elapse();
  assert.deepEqual(read(), [escKey]);
  assert.deepEqual(feed('[A'), [`${esc}[A`]);
  assert.deepEqual(feed('[A'), ['[', 'A'], 'later the same letters are letters');
});

test('an Alt key may be any letter', () => {
  const { feed } = rigOf();
  assert.deepEqual(feed(`${esc}f${esc}日${esc}👍`), [`${esc}f`, `${esc}日`, `${esc}👍`]);
});

test('F keys, focus and mouse go round Ink', () => {
  const { feed, side } = rigOf();
  const input = `${esc}OP${esc}[15~${esc}[24~${esc}[I${esc}[O${esc}[<0;3;5M${esc}[<65;1;1M${esc}[<32;2;2m`;
  assert.deepEqual(feed(input), []);
  assert.deepEqual(side, [
    { kind: 'key', key: 'F1' },
    { kind: 'key', key: 'F5' },
    { kind: 'key', key: 'F12' },
    { kind: 'focus', focused: true },
    { kind: 'focus', focused: false },
    { kind: 'mouse', mouse: { x: 2, y: 4, button: 0, action: 'press', wheel: 0, shift: false } },
    { kind: 'mouse', mouse: { x: 0, y: 0, button: 1, action: 'press', wheel: 1, shift: false } },
    { kind: 'mouse', mouse: { x: 1, y: 1, button: 0, action: 'move', wheel: 0, shift: false } },
  ]);
});

test("a terminal's answer that nobody asked for types nothing", () => {
  const { feed } = rigOf();
  assert.deepEqual(feed(`${esc}]11;rgb:0000/0000/0000\u0007x`), ['x']);
  assert.deepEqual(feed(`${esc}P1+r\u001b\\x`), ['x']);
});

test('a paste is one token, wherever its chunks are cut', () => {
  const text = 'first line\rsecond; rm -rf /\r';
  const whole = `${start}${text}${end}`;
  for (let cut = 2; cut < whole.length; cut += 1) {
    const { feed } = rigOf();
    assert.deepEqual(feed(whole.slice(0, cut), whole.slice(cut)), [whole], `cut at ${cut}`);
  }
});

test('a paste whose marker is cut in two by a slow link never runs as commands', () => {
  for (let cut = 1; cut < start.length; cut += 1) {
    const { source, elapse, read } = rigOf();
    source.emit('data', start.slice(0, cut));
    if (cut === 1) elapse();
    source.emit('data', `${start.slice(cut)}q${end}`);
    const esc27 = cut === 1 ? [escKey] : [];
    assert.deepEqual(read(), [...esc27, `${start}q${end}`], `cut at ${cut}`);
  }
});

test('a begun sequence is waited for as long as a paste, and its half types nothing', () => {
  const { feed, elapse, read } = rigOf();
  assert.deepEqual(feed(`${esc}[20`), []);
  assert.equal(elapse(), 500, 'nobody types this: a slow link cut it');
  assert.deepEqual(read(), []);
  assert.deepEqual(feed('j'), ['j']);
});

test('a paste without end is given up after half a second, and its tail is thrown away', () => {
  const { feed, elapse, read, side } = rigOf();
  assert.deepEqual(feed(`${start}abc`), []);
  assert.equal(elapse(), 500);
  assert.deepEqual(side, [{ kind: 'paste-refused', reason: 'unterminated' }]);
  assert.deepEqual(feed('seal\ry', `more${end.slice(0, 3)}`, `${end.slice(3)}j`), ['j']);
  assert.deepEqual(feed(`${start}abc`), []);
  elapse();
  assert.deepEqual(feed('q'), []);
  assert.equal(elapse(), 200, 'a quiet moment ends it too');
  assert.deepEqual(feed('j'), ['j']);
  assert.deepEqual(read(), []);
});

test('Ctrl-C breaks off a paste without end at once', () => {
  for (const key of [interrupt, `${esc}[99;5u`]) {
    const { feed, elapse, side } = rigOf();
    assert.deepEqual(feed(`${start}abc`, key), [interrupt]);
    assert.deepEqual(side, [{ kind: 'paste-refused', reason: 'unterminated' }]);
    assert.deepEqual(feed('tail'), [], 'what still comes of it is not typed');
    elapse();
    assert.deepEqual(feed('j'), ['j']);
  }
});

test('a paste over the limit is refused, whether it ends or not', () => {
  const { feed, side } = rigOf();
  const fits = `${start}${'x'.repeat(pasteBytesMax)}${end}`;
  assert.deepEqual(feed(fits), [fits]);
  assert.deepEqual(feed(`${start}${'é'.repeat(pasteBytesMax / 2 + 1)}${end}j`), ['j']);
  assert.deepEqual(feed(`${start}${'x'.repeat(2 * pasteBytesMax + 1)}`, `yy${end}j`), ['j']);
  assert.deepEqual(side, [
    { kind: 'paste-refused', reason: 'too-long' },
    { kind: 'paste-refused', reason: 'too-long' },
  ]);
});

test('a burst too fast to be typed is a paste; a key held down is not', () => {
  const { feed } = rigOf();
  assert.deepEqual(feed('delete all'), [`${start}delete all${end}`]);
  assert.deepEqual(feed('rm -rf /x\r'), [`${start}rm -rf /x\r${end}`], 'its Enter does not run it');
  assert.deepEqual(feed('12345678'), [...'12345678']);
  assert.deepEqual(feed('j'.repeat(20)), [...'j'.repeat(20)]);
});

test('raw mode goes to the terminal, and without it nothing is read', () => {
  const { source, input, feed } = rigOf();
  assert.deepEqual(source.modes, [true]);
  feed(`${start}half`);
  input.setRawMode(false);
  assert.deepEqual(feed('j'), []);
  input.setRawMode(true);
  assert.deepEqual(feed('j'), ['j'], 'the half paste is forgotten');
  assert.deepEqual(source.modes, [true, false, true]);
});

test('keys that nobody reads are lost beyond a limit', () => {
  const { source, read } = rigOf();
  for (let count = 0; count < inputTokensMax + 100; count += 1) source.emit('data', 'j');
  assert.equal(read().length, inputTokensMax);
});

test('whatever arrives and however it is cut, every token is one key or one paste', () => {
  const piece = fc.constantFrom(
    esc,
    '[',
    'O',
    'A',
    '\r',
    'q',
    '日',
    '200~',
    '201~',
    start,
    end,
    `${esc}[1;5`,
    interrupt,
    ';',
    '<',
  );
  const token =
    /^(?:\u001b\[200~.*\u001b\[201~|\u001b(?:\[[0-?]*[ -/]*[@-~]|O[@-~]|[^[O])|\P{C}\p{M}*|\p{Cc})$/su;
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 8 }), (chunks) => {
      const { feed, elapse, read } = rigOf();
      const tokens = chunks.flatMap((pieces, index) => {
        const some = feed(pieces.join(''));
        if (index % 2 === 1) elapse();
        return [...some, ...read()];
      });
      for (const each of tokens) assert.match(each, token);
    }),
    { numRuns: 2_000 },
  );
});

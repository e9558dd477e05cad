import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resetSequence } from '../../../../console/tui/terminal/restore.ts';
import {
  drawAnew,
  editorProgram,
  runInTerminal,
  whileSuspended,
} from '../../../../console/tui/terminal/suspend.ts';

interface Suspensions {
  readonly events: string[];
  readonly suspendTerminal: Parameters<typeof whileSuspended>[0];
}

/** Ink's part: it writes down when the terminal is given away and taken back. */
function suspensionsOf(): Suspensions {
  const events: string[] = [];
  const suspendTerminal = async (): Promise<object> => {
    events.push('suspended');
    const resume = async (): Promise<void> => {
      events.push('resumed');
    };
    return { resume, [Symbol.asyncDispose]: resume };
  };
  return { events, suspendTerminal: suspendTerminal as Suspensions['suspendTerminal'] };
}

test('a program has the terminal for as long as it runs, and its end is told', async () => {
  const { events, suspendTerminal } = suspensionsOf();
  const program = { file: process.execPath, arguments: ['-e', 'process.exit(7)'] };
  const end = await runInTerminal(suspendTerminal, program, (text) => events.push(text));
  assert.deepEqual(end, { code: 7, signal: null, reason: undefined });
  assert.deepEqual(
    events,
    ['suspended', resetSequence, 'resumed'],
    'put in order before Ink draws',
  );
});

test('a program that was killed or is not there says so, and the terminal comes back', async () => {
  const killed = suspensionsOf();
  const program = {
    file: process.execPath,
    arguments: ['-e', 'process.kill(process.pid, "SIGKILL")'],
  };
  const end = await runInTerminal(killed.suspendTerminal, program, () => undefined);
  assert.deepEqual([end.code, end.signal], [null, 'SIGKILL']);
  const absent = suspensionsOf();
  const none = { file: 'no-such-program-here', arguments: [] };
  const { code, reason } = await runInTerminal(absent.suspendTerminal, none, () => undefined);
  assert.equal(code, undefined);
  assert.match(reason ?? '', /there is no program no-such-program-here/);
  assert.deepEqual(
    [killed.events, absent.events],
    [
      ['suspended', 'resumed'],
      ['suspended', 'resumed'],
    ],
  );
});

test('what fails while the terminal is away still gives it back', async () => {
  const { events, suspendTerminal } = suspensionsOf();
  await assert.rejects(
    whileSuspended(suspendTerminal, () => Promise.reject(new Error('on purpose'))),
    /on purpose/,
  );
  assert.deepEqual(events, ['suspended', 'resumed']);
});

test('one who wants the terminal while it is lent has it after that', async () => {
  const { events, suspendTerminal } = suspensionsOf();
  const turn = (name: string): Promise<void> =>
    whileSuspended(suspendTerminal, async () => void events.push(name));
  const first = whileSuspended(suspendTerminal, () => Promise.reject(new Error('on purpose')));
  await Promise.all([assert.rejects(first, /on purpose/), turn('second'), turn('third')]);
  await turn('fourth');
  assert.deepEqual(
    events,
    ['', 'second', 'third', 'fourth'].flatMap((name) =>
      ['suspended', name, 'resumed'].filter((word) => word !== ''),
    ),
  );
});

test('drawing anew waits for nobody: whoever has the terminal causes it in the end', async () => {
  const { events, suspendTerminal } = suspensionsOf();
  await whileSuspended(suspendTerminal, () => drawAnew(suspendTerminal));
  assert.deepEqual(events, ['suspended', 'resumed']);
  await drawAnew(suspendTerminal);
  assert.equal(events.length, 4);
});

test("the editor is the user's, with its own words, else vi", () => {
  assert.deepEqual(editorProgram({ VISUAL: 'code --wait', EDITOR: 'nano' }, 'f'), {
    file: 'code',
    arguments: ['--wait', 'f'],
  });
  assert.deepEqual(editorProgram({ VISUAL: '', EDITOR: 'nano' }, 'f'), {
    file: 'nano',
    arguments: ['f'],
  });
  assert.deepEqual(editorProgram({}, 'f'), { file: 'vi', arguments: ['f'] });
  assert.deepEqual(editorProgram({ EDITOR: '  ' }, 'f'), { file: 'vi', arguments: ['f'] });
});

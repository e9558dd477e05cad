/**
 * `$EDITOR` on a secret, with real editors (shell scripts) on real files: nothing typed is lost.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { editText } from '../../../../console/tui/app/editor-effects.ts';
import { KeptEdits } from '../../../../console/tui/app/kept-edits.ts';
import { editSecret } from '../../../../console/tui/app/secret-editor.ts';
import type { TerminalPort } from '../../../../console/tui/app/terminal-port.ts';
import type { Tools } from '../../../../console/tui/app/tools.ts';
import type { ApiOutcome, ApiRequest } from '../../../../console/tui/model/api.ts';
import type { Effect } from '../../../../console/tui/model/effect.ts';
import type { ModelEvent } from '../../../../console/tui/model/event.ts';
import { pending } from '../../../../console/tui/model/pending.ts';
import type { ChildEnd, ChildProgram } from '../../../../console/tui/terminal/suspend.ts';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';
import { initialApp } from '../../../../console/tui/app/step.ts';
import { initialModel } from '../../../../console/tui/model/model.ts';
import { keptEditsMax } from '../../../../console/limits.ts';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { good, refused } from '../played-session.ts';

const path = 'secret/app/db';

interface Desk {
  readonly tools: Tools;
  /** Where files in memory lie. */
  readonly memory: string;
  readonly events: ModelEvent[];
  readonly saved: ApiRequest[];
  /** What the agent stores, and what it answers to a write. */
  stored: { data: JsonObject; version: number };
  answer: ApiOutcome;
  /** The next editor does this with the file `$1`. */
  edits(script: string): Promise<void>;
  /** `E`, on the version that the console knows of. */
  edit(version?: number, of?: string): Promise<void>;
  /** The file as the editor found it. */
  found(): Promise<string>;
  leftovers(): Promise<readonly string[]>;
}

async function deskOf(t: TestContext): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const memory = join(folder, 'memory');
  await mkdir(memory);
  const editor = join(folder, 'editor.sh');
  const foundFile = join(folder, 'found');
  const events: ModelEvent[] = [];
  const saved: ApiRequest[] = [];
  const desk: Omit<Desk, 'tools'> & { tools?: Tools } = {
    memory,
    events,
    saved,
    stored: { data: { user: 'app', host: 'h', password: 'old' }, version: 3 },
    answer: good,
    edits: (script) =>
      writeFile(editor, `#!/bin/sh\ncp "$1" ${foundFile}\n${script}\n`, { mode: 0o755 }),
    edit: (version = 3, of = path) => editSecret(tools, effectOf(of, version)),
    found: () => readFile(foundFile, 'utf8'),
    leftovers: async () => (await readdir(memory)).toSorted(),
  };
  const tools = {
    store: storeOf(events),
    channel: {
      request: async (request: ApiRequest): Promise<ApiOutcome> => {
        if (request.operation === 'read') return { ...good, data: { data: desk.stored.data } };
        saved.push(request);
        return desk.answer;
      },
    },
    keptEdits: new KeptEdits(),
    terminal: () => ({ run }) as unknown as TerminalPort,
    environment: { EDITOR: editor, XDG_RUNTIME_DIR: memory },
  } as unknown as Tools;
  return Object.assign(desk, { tools });
}

function storeOf(events: ModelEvent[]): unknown {
  const settings = { address: '', holder: '', start: { view: 'secrets', argument: undefined } };
  const app = initialApp(initialModel(settings, { nowMs: 0, readOnly: false }));
  return {
    isWanted: () => true,
    snapshot: () => app,
    happen: (event: ModelEvent) => events.push(event),
    happenAll: (more: readonly ModelEvent[]) => events.push(...more),
  };
}

function run({ file, arguments: words }: ChildProgram): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const child = spawn(file, words, { stdio: 'ignore' });
    child.once('exit', (code, signal) => resolve({ code, signal, reason: undefined }));
  });
}

function effectOf(of: string, version: number): Extract<Effect, { kind: 'edit-secret' }> {
  return {
    kind: 'edit-secret',
    path: of,
    version,
    read: { operation: 'read', path: 'secret/data/app/db', query: { version: String(version) } },
    save: {
      kind: 'request',
      request: {
        operation: 'write',
        path: 'secret/data/app/db',
        body: { options: { cas: version } },
      },
      what: literal('save'),
    },
    fileName: 'db.json',
  };
}

function toasts({ events }: Desk): string {
  return events.flatMap((event) => (event.kind === 'toast' ? [event.text] : [])).join('; ');
}

function problems({ events }: Desk): readonly string[] {
  return events.flatMap((event) => (event.kind === 'problem' ? [event.problem.code] : []));
}

/** As it is sent: objects of parsed JSON have no prototype. */
function bodyOf({ saved }: Desk, index: number): unknown {
  return JSON.parse(JSON.stringify(saved[index]?.body ?? null));
}

/** As the model is told. */
function isKept({ events }: Desk): boolean {
  const last = events.findLast((event) => event.kind === 'kept');
  return last?.kind === 'kept' && last.isKept;
}

const typed = 'sed -i "s/old/mine/" "$1"';

test('what the editor leaves is saved on the version that was read, and nothing is kept', async (t) => {
  const desk = await deskOf(t);
  await desk.edits(typed);
  await desk.edit();
  assert.deepEqual(bodyOf(desk, 0), {
    options: { cas: 3 },
    data: { user: 'app', host: 'h', password: 'mine' },
  });
  assert.equal(isKept(desk), false);
  assert.equal(desk.tools.keptEdits.of(path), undefined);
  assert.deepEqual(await desk.leftovers(), []);
});

const refusals = ['request.sealed', 'policies.denied', 'client.timeout', 'quotas.exceeded'];
for (const code of refusals) {
  test(`a text that is refused with ${code} is opened again, and saved then`, async (t) => {
    const desk = await deskOf(t);
    await desk.edits(typed);
    desk.answer = refused(code, 503);
    await desk.edit();
    assert.deepEqual(problems(desk), [code]);
    assert.match(toasts(desk), /your text is kept in this console: E opens it again/);
    assert.equal(isKept(desk), true);
    assert.deepEqual(await desk.leftovers(), [], 'and not on the disk');

    await desk.edits(':');
    desk.answer = good;
    await desk.edit();
    assert.match(await desk.found(), /"password": "mine"/);
    assert.deepEqual(bodyOf(desk, 1), bodyOf(desk, 0), 'unchanged, it is saved all the same');
    assert.equal(isKept(desk), false);
  });
}

test('what others wrote meanwhile stands in the text; the same line stands twice, marked', async (t) => {
  const desk = await deskOf(t);
  await desk.edits(typed);
  desk.answer = refused('kv.cas-mismatch');
  await desk.edit();
  desk.stored = { data: { user: 'theirs', host: 'h', password: 'old' }, version: 4 };
  await desk.edits('sed -i "s/mine/ours/" "$1"');
  await desk.edit(4);
  assert.match(await desk.found(), /"user": "theirs",\n {2}"host": "h",\n {2}"password": "mine"/);
  assert.deepEqual(bodyOf(desk, 1), {
    options: { cas: 4 },
    data: { user: 'theirs', host: 'h', password: 'ours' },
  });

  desk.stored = { data: { user: 'theirs', host: 'h', password: 'other' }, version: 5 };
  await desk.edits(':');
  await desk.edit(5);
  const marked =
    /<<<<<<< yours\n {2}"password": "ours"\n=======\n {2}"password": "other"\n>>>>>>> v/;
  assert.match(await desk.found(), marked);
  assert.equal(desk.saved.length, 2, 'a text with marks is not saved');
  assert.equal(problems(desk).at(-1), 'kv.cas-mismatch');
  assert.equal(isKept(desk), true);

  await desk.edits('sed -i -e "/^[<=>]/d" -e "/other/d" "$1"');
  desk.answer = good;
  await desk.edit(5);
  assert.deepEqual(bodyOf(desk, 2), {
    options: { cas: 5 },
    data: { user: 'theirs', host: 'h', password: 'ours' },
  });
  assert.equal(isKept(desk), false);
});

test('a text that is no JSON is told, kept, and can be mended', async (t) => {
  const desk = await deskOf(t);
  await desk.edits('echo "{ half" > "$1"');
  await desk.edit();
  assert.equal(problems(desk).length, 1);
  assert.equal(desk.saved.length, 0);
  await desk.edits('echo "[1]" > "$1"');
  await desk.edit();
  assert.equal(await desk.found(), '{ half\n');
  assert.equal(problems(desk)[1], 'json.no-object');
  await desk.edits(`echo '{"a":"b"}' > "$1"`);
  await desk.edit();
  assert.deepEqual(bodyOf(desk, 0), { data: { a: 'b' }, options: { cas: 3 } });
});

test('an editor that is killed has written something: it is kept, and not saved', async (t) => {
  const desk = await deskOf(t);
  await desk.edits(`${typed}; kill -9 $$`);
  await desk.edit();
  assert.match(toasts(desk), /the editor failed: SIGKILL; what it left is kept, not saved/);
  assert.equal(desk.saved.length, 0);
  assert.equal(isKept(desk), true);
  assert.deepEqual(await desk.leftovers(), []);
});

test('nothing is kept of an editor that failed or ended without a change', async (t) => {
  const desk = await deskOf(t);
  await desk.edits('exit 1');
  await desk.edit();
  await desk.edits(':');
  await desk.edit();
  assert.match(toasts(desk), /it ended with 1; nothing was saved; .*there is nothing to save/);
  assert.equal(isKept(desk), false);
  assert.equal(desk.saved.length, 0);
});

test('an empty file throws the kept text away', async (t) => {
  const desk = await deskOf(t);
  await desk.edits('echo "{ half" > "$1"');
  await desk.edit();
  await desk.edits(': > "$1"');
  await desk.edit();
  assert.equal(isKept(desk), false);
  assert.equal(desk.tools.keptEdits.of(path), undefined);
});

test('a version that was deleted under a change costs nothing of it', async (t) => {
  const desk = await deskOf(t);
  await desk.edits('echo "{ half" > "$1"');
  await desk.edit();
  const { tools } = desk;
  const gone = { ...tools.channel, request: async () => refused('kv.version-deleted', 404) };
  await editSecret({ ...tools, channel: gone as unknown as Tools['channel'] }, effectOf(path, 4));
  assert.match(await desk.found(), /^<<<<<<< yours\n\{ half\n/);
});

test('so many texts are kept; for one more no editor opens', async (t) => {
  const desk = await deskOf(t);
  await desk.edits('echo "{ half" > "$1"');
  for (let count = 0; count < keptEditsMax; count += 1) await desk.edit(3, `secret/${count}`);
  await desk.edits('echo never > "$1"');
  await desk.edit(3, 'secret/more');
  assert.equal(problems(desk).at(-1), 'console.edits-kept');
  assert.equal(await desk.found(), '{\n  "user": "app",\n  "host": "h",\n  "password": "old"\n}\n');
});

test('a console that ends while the editor has a secret leaves no file of it', async (t) => {
  const desk = await deskOf(t);
  const program = join(import.meta.dirname, 'editor-that-hangs-up.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, desk.memory]);
  assert.match(stdout, /^strongbox-edit-\d+-/);
  assert.deepEqual(await desk.leftovers(), []);
});

test('what a killed console left is removed by the next one, and that of a living one is not', async (t) => {
  const desk = await deskOf(t);
  const gone = spawn('true', { stdio: 'ignore' });
  await once(gone, 'exit');
  const living = `strongbox-edit-${process.pid}-abc`;
  for (const name of [`strongbox-edit-${gone.pid}-abc`, living, 'somebody-else']) {
    await mkdir(join(desk.memory, name));
    await writeFile(join(desk.memory, name, 'db.json'), 'secret');
  }
  await desk.edits(typed);
  await desk.edit();
  assert.deepEqual(await desk.leftovers(), ['somebody-else', living]);
});

test('a policy is taken over from an editor that failed, and one that is too large stays', async (t) => {
  const desk = await deskOf(t);
  const { ticket } = pending('');
  const effect = { kind: 'edit', ticket, text: 'old', fileName: 'p.hcl' } as const;
  await desk.edits(`${typed}; exit 3`);
  await editText(desk.tools, effect);
  assert.deepEqual(desk.events[0], { kind: 'edited', ticket, text: 'mine' });
  assert.match(toasts(desk), /it ended with 3; what it left is taken over/);
  assert.deepEqual(await desk.leftovers(), []);

  await desk.edits('head -c 1100000 /dev/zero > "$1"');
  await editText(desk.tools, effect);
  assert.deepEqual(problems(desk), ['client.request-too-large']);
  assert.equal((await desk.leftovers()).length, 1, 'it is no secret, and somebody has typed it');
});

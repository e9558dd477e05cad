/** What operators do at a console, for end-to-end tests: each waits for what it expects to see. */
import assert from 'node:assert/strict';
import type { PtyConsole } from './pty-console.ts';

const repeatMs = 150;
const triesMax = 50;
const groupCharacters = 4;
const partCharacters = 6;

export interface Founded {
  /** Framed shares, as written down. */
  readonly shares: readonly string[];
  readonly rootToken: string;
}

/** Types a command after `:`, in parts that are too short to count as a paste. */
export async function command(terminal: PtyConsole, text: string): Promise<void> {
  terminal.send(':');
  await terminal.waitFor(/^ ?:/m);
  await typeText(terminal, text, ':');
  terminal.send('\r');
}

/** Types text that shows on one line, behind what stands there already. */
export async function typeText(terminal: PtyConsole, text: string, before = ''): Promise<void> {
  for (let end = partCharacters; end < text.length + partCharacters; end += partCharacters) {
    terminal.send(text.slice(end - partCharacters, end));
    await terminal.waitFor(before + text.slice(0, end).trimEnd());
  }
}

/** Waits until the console has the terminal again, after a program that it has lent it to. */
export async function consoleIsBack(terminal: PtyConsole): Promise<void> {
  const isBack = (screen: string): boolean => / › .* R[OW] /.test(screen.split('\n')[0] ?? '');
  await terminal.waitUntil(isBack, 'the console is back');
}

/** Presses the key until the screen shows what it should do: a dialog is deaf at first. */
export async function pressUntil(
  terminal: PtyConsole,
  key: string,
  pattern: string | RegExp,
  everyMs = repeatMs,
): Promise<void> {
  const isShown = (screen: string): boolean =>
    typeof pattern === 'string' ? screen.includes(pattern) : pattern.test(screen);
  for (let tries = 1; ; tries += 1) {
    terminal.send(key);
    try {
      await terminal.waitUntil(isShown, `${JSON.stringify(key)} leads to ${pattern}`, everyMs);
      return;
    } catch (error) {
      if (tries === triesMax) throw error;
    }
  }
}

/** From the view `init`: makes the key, writes down every share, proves it, logs in. */
export async function found(terminal: PtyConsole, count: number): Promise<Founded> {
  await terminal.waitFor('needed to unseal');
  terminal.send('\r');
  await terminal.waitFor('<y> yes');
  await pressUntil(terminal, 'y', 'SECRET ENTRY');
  await terminal.waitFor('Enter begin');
  terminal.send('\r');
  const shares: string[] = [];
  for (let index = 1; index <= count; index += 1) {
    const name = `Share ${index} of ${count}`;
    shares.push(await writeDown(terminal, name));
    await prove(terminal, name, shares.at(-1) ?? '');
  }
  const rootToken = await writeDown(terminal, 'Root token');
  await prove(terminal, 'Root token', rootToken);
  await consoleIsBack(terminal);
  return { shares, rootToken };
}

async function writeDown(terminal: PtyConsole, name: string): Promise<string> {
  await terminal.waitFor(new RegExp(`${name}: for [\\s\\S]*Enter show it now`));
  terminal.send('\r');
  await terminal.waitFor('Enter it is written down');
  const rows = terminal.screen.split('\n').filter((row) => /^ +\d+ {2}\S/.test(row));
  terminal.send('\r');
  return rows.map((row) => row.replace(/^ +\d+ {2}/, '').replaceAll(' ', '')).join('');
}

/** Types the groups that are asked for. */
async function prove(terminal: PtyConsole, name: string, text: string): Promise<void> {
  const answered = new Set<number>();
  const asked = (screen: string): number =>
    screen.includes(`${name}: is it written down?`)
      ? Number(/group (\d+) {2}/.exec(screen)?.[1] ?? 0)
      : 0;
  for (let count = 0; count < 3; count += 1) {
    const isNew = (screen: string): boolean => asked(screen) > 0 && !answered.has(asked(screen));
    await terminal.waitUntil(isNew, `a group of ${name} is asked for`);
    const group = asked(terminal.screen);
    answered.add(group);
    const typed = text.slice((group - 1) * groupCharacters, group * groupCharacters);
    assert.ok(typed.length > 0, `${name} has a group ${group}`);
    terminal.send(typed);
    await terminal.waitFor(`${typed.length} characters`);
    terminal.send('\r');
  }
}

/** From the view `ceremony`: gives one share, and waits until the console is back. */
export async function giveShare(terminal: PtyConsole, share: string): Promise<void> {
  terminal.send('\r');
  await terminal.waitFor('Enter check');
  terminal.send(share);
  await terminal.waitFor(`${share.length} characters`);
  terminal.send('\r');
  await terminal.waitFor('s send');
  terminal.send('s');
  await consoleIsBack(terminal);
}

/** Enters a token in the process that reads it. */
export async function logIn(terminal: PtyConsole, token: string): Promise<void> {
  await command(terminal, 'login');
  await terminal.waitFor('SECRET ENTRY');
  terminal.send(token);
  await terminal.waitFor(`${token.length} characters`);
  terminal.send('\r');
  await consoleIsBack(terminal);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilitiesOf, type Environment } from '../../../../console/tui/terminal/capabilities.ts';
import {
  isThemeName,
  themeNames,
  themeOf,
  tokens,
} from '../../../../console/tui/terminal/theme.ts';

const terminals = { stdinIsTerminal: true, stdoutIsTerminal: true };

function coloursOf(environment: Environment): string {
  return capabilitiesOf(environment, terminals).colours;
}

test('the environment says how many colours there are', () => {
  assert.equal(coloursOf({ TERM: 'xterm-256color' }), 'palette');
  assert.equal(coloursOf({ TERM: 'xterm', COLORTERM: 'truecolor' }), 'full');
  assert.equal(coloursOf({ TERM: 'linux' }), 'sixteen');
  assert.equal(coloursOf({ TERM: 'dumb' }), 'none');
  assert.equal(coloursOf({}), 'none');
});

test('NO_COLOR wins over everything, unless it is empty', () => {
  assert.equal(
    coloursOf({ TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '1' }),
    'none',
  );
  assert.equal(coloursOf({ TERM: 'xterm-256color', NO_COLOR: '' }), 'palette');
});

test('the console is interactive on two terminals only, whatever CI says', () => {
  const ends = (stdinIsTerminal: boolean, stdoutIsTerminal: boolean): boolean =>
    capabilitiesOf({ CI: 'true' }, { stdinIsTerminal, stdoutIsTerminal }).interactive;
  assert.deepEqual([ends(true, true), ends(true, false), ends(false, true)], [true, false, false]);
});

test('signs of a recorded or relayed terminal are named', () => {
  const environment = { TMUX: '/tmp/tmux-0/default,1,0', SSH_TTY: '/dev/pts/1', STY: '' };
  assert.deepEqual(capabilitiesOf(environment, terminals).recordingHints, ['tmux', 'SSH']);
});

test('without colours every theme is the mono one, and that names no colour', () => {
  for (const name of themeNames) {
    const { styles } = themeOf(name, false);
    for (const style of Object.values(styles)) {
      assert.equal(style.color, undefined);
      assert.equal(style.backgroundColor, undefined);
    }
  }
});

test('in every theme what is selected and what is bad differ from plain text', () => {
  for (const name of themeNames) {
    const { styles } = themeOf(name, true);
    assert.deepEqual(Object.keys(styles).sort(), [...tokens].sort());
    assert.notDeepEqual(styles.selected, styles.text);
    assert.notDeepEqual(styles.bad, styles.text);
    assert.notDeepEqual(styles.bad, styles.good);
  }
});

test('the colour-blind theme tells good from bad without red and green', () => {
  const { good, bad } = themeOf('colour-blind', true).styles;
  for (const { color } of [good, bad]) assert.match(color ?? '', /^#[\da-f]{6}$/);
  assert.ok(isThemeName('colour-blind') && !isThemeName('solarized'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FooterBar } from '../../../../console/tui/components/footer-bar.tsx';
import { HeaderBar } from '../../../../console/tui/components/header-bar.tsx';
import { literal } from '../../../../console/tui/terminal/safe-text.ts';
import { mount } from '../../../support/virtual-terminal.ts';

const hints = [
  { key: 's', title: 'secrets' },
  { key: 'p', title: 'policies' },
  { key: 't', title: 'audit' },
  { key: ':', title: 'command', stays: true },
  { key: '?', title: 'help', stays: true },
];

test('however narrow the footer is, the ways to everything else stay in it', async () => {
  await using wide = await mount(<FooterBar hints={hints} columns={80} />);
  const all = ' <s> secrets  <p> policies  <t> audit  <:> command  <?> help';
  assert.equal(wide.screen()[0]?.trimEnd(), all);
  await using narrow = await mount(<FooterBar hints={hints} columns={50} />);
  assert.equal(narrow.screen()[0]?.trimEnd(), ' <s> secrets  <p> policies  <:> command  <?> help');
});

test('a cluster name is whole where there is room, and cut where there is none', async () => {
  const header = (columns: number) => (
    <HeaderBar
      cluster={literal('strongbox-cluster-135c82e0')}
      crumbs={[literal('cluster')]}
      items={[{ text: literal('alice'), importance: 0 }]}
      columns={columns}
    />
  );
  await using wide = await mount(header(80));
  assert.match(wide.screen()[0] ?? '', /^ strongbox-cluster-135c82e0 {2}› cluster .* alice/);
  await using narrow = await mount(header(40));
  assert.match(narrow.screen()[0] ?? '', /^ strongbox-cluster-1… {2}› cluster .* alice/);
});

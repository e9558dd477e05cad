import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import {
  installService,
  type ServiceRequest,
  uninstallService,
} from '../../../agent/service/install.ts';
import { renderUnit } from '../../../agent/service/unit.ts';

const templates = resolve(import.meta.dirname, '../../../agent/deploy');
const root = mkdtempSync(join(tmpdir(), 'strongbox-service-'));
const unitFile = join(root, 'etc/systemd/system/strongbox-agent.service');
const configFile = join(root, 'etc/strongbox/agent.yaml');

after(() => rmSync(root, { recursive: true }));

function requested(said: string[] = [], changes: Partial<ServiceRequest> = {}): ServiceRequest {
  return {
    root,
    isRoot: false,
    templates,
    paths: {
      node: '/opt/strongbox/node',
      flags: ['--disable-sigusr1', '--secure-heap=65536'],
      main: '/opt/strongbox/agent/main.js',
    },
    say: (line) => said.push(line),
    ...changes,
  };
}

test('CVE-2020-35192: install writes the unit with the real command and an example configuration, once', () => {
  installService(requested());
  const unit = readFileSync(unitFile, 'utf8');
  assert.match(
    unit,
    /^ExecStart=\/opt\/strongbox\/node --disable-sigusr1 --secure-heap=65536 \/opt\/strongbox\/agent\/main\.js --config \/etc\/strongbox\/agent\.yaml$/m,
  );
  assert.equal(unit.includes('@'), unit.includes('@system-service'), 'no placeholder is left');
  assert.doesNotMatch(unit, /@(EXEC|CONFIG)@/);
  assert.equal(unit.split('agent/main.js').length - 1, 1, 'and no comment was rendered');
  assert.match(unit, /^User=strongbox$/m);
  assert.match(unit, /^NoNewPrivileges=yes$/m);
  const again: string[] = [];
  installService(requested(again));
  assert.deepEqual(
    again.slice(0, 2).map((line) => line.split(' ')[0]),
    ['kept', 'kept'],
  );
});

test('install keeps a configuration that somebody has edited', () => {
  writeFileSync(configFile, 'edited: true\n');
  installService(requested());
  assert.equal(readFileSync(configFile, 'utf8'), 'edited: true\n');
});

test('uninstall removes the unit and nothing else, and may be repeated', () => {
  uninstallService(requested());
  assert.throws(() => readFileSync(unitFile), { code: 'ENOENT' });
  assert.equal(readFileSync(configFile, 'utf8'), 'edited: true\n');
  const said: string[] = [];
  uninstallService(requested(said));
  assert.match(said[0] ?? '', /^absent/);
});

test('without root nothing of the system is touched', () => {
  const request = requested([], { root: undefined });
  assert.throws(() => installService(request), { code: 'service.not-root' });
  assert.throws(() => uninstallService(request), { code: 'service.not-root' });
});

test('a program that the unit would hide, or a path with blanks, is refused', () => {
  const paths = { node: '/usr/bin/node', flags: [], main: '/opt/main.js', config: '/etc/a.yaml' };
  const render = (change: Partial<typeof paths>) => renderUnit('x', { ...paths, ...change });
  assert.throws(() => render({ main: ['', 'home', 'ann', 'main.js'].join('/') }), {
    code: 'service.hidden-path',
  });
  assert.throws(() => render({ node: '/opt/my node' }), { code: 'service.path' });
  assert.throws(() => render({ config: '/etc/a\n[Service]' }), { code: 'service.path' });
});

const analyze = spawnSync('systemd-analyze', ['--version']);

test('the unit is as closed as V8 allows: systemd scores it 1.5 or better', {
  skip: analyze.error === undefined ? false : 'systemd-analyze is not installed',
}, () => {
  installService(requested());
  const scored = spawnSync(
    'systemd-analyze',
    ['security', '--offline=true', '--threshold=15', unitFile],
    { encoding: 'utf8' },
  );
  assert.equal(scored.status, 0, scored.stdout + scored.stderr);
  assert.match(scored.stdout, /Overall exposure level/);
});

/**
 * `strongbox-agent service install|uninstall`: puts the hardened unit, an example configuration and
 * the system user in place, or takes the unit away. Every step says what it did, and doing it twice
 * does nothing the second time. Data, audit log and configuration are never removed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import { renderUnit, type UnitPaths } from './unit.ts';

const unitPath = '/etc/systemd/system/strongbox-agent.service';
const serviceConfigPath = '/etc/strongbox/agent.yaml';
const userName = 'strongbox';
const unitMode = 0o644;
/** The service runs as its own user and must read it; it holds no secrets. */
const configMode = 0o644;

export interface ServiceRequest {
  /** A folder that stands for `/`, for looking at the result without touching the system. */
  readonly root: string | undefined;
  readonly isRoot: boolean;
  /** Where the templates lie (agent/deploy). */
  readonly templates: string;
  readonly paths: Omit<UnitPaths, 'config'>;
  readonly say: (line: string) => void;
}

/**
 * Throws `service.not-root`, `service.user` and what renderUnit throws; then nothing was changed.
 */
export function installService(request: ServiceRequest): void {
  checkRights(request);
  const template = readFileSync(join(request.templates, 'strongbox-agent.service'), 'utf8');
  const unit = renderUnit(template, { ...request.paths, config: serviceConfigPath });
  if (request.root === undefined) makeUser(request.say);
  const example = readFileSync(join(request.templates, 'agent.yaml'), 'utf8');
  const config = join(request.root ?? '/', serviceConfigPath);
  if (existsSync(config)) request.say(`kept     ${config}`);
  else put(config, example, configMode, request.say);
  put(join(request.root ?? '/', unitPath), unit, unitMode, request.say);
  request.say(`next     read ${serviceConfigPath}, then:`);
  request.say('         systemctl daemon-reload && systemctl enable --now strongbox-agent');
}

/** Removes the unit only. Throws `service.not-root`. */
export function uninstallService(request: ServiceRequest): void {
  checkRights(request);
  const unit = join(request.root ?? '/', unitPath);
  if (request.root === undefined) {
    spawnSync('systemctl', ['disable', '--now', 'strongbox-agent'], { stdio: 'ignore' });
  }
  if (existsSync(unit)) {
    rmSync(unit);
    request.say(`removed  ${unit}`);
  } else {
    request.say(`absent   ${unit}`);
  }
  request.say(`kept     ${serviceConfigPath}, /var/lib/strongbox and /var/log/strongbox`);
}

function checkRights(request: ServiceRequest): void {
  if (request.root === undefined && !request.isRoot) throw failure('service.not-root');
}

function makeUser(say: (line: string) => void): void {
  if (spawnSync('getent', ['passwd', userName]).status === 0) {
    say(`kept     user ${userName}`);
    return;
  }
  const options = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
  if (spawnSync('useradd', [...options, userName]).status !== 0) throw failure('service.user');
  say(`made     user ${userName}`);
}

function put(path: string, text: string, mode: number, say: (line: string) => void): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) {
    say(`kept     ${path}`);
    return;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, text, { mode });
  say(`wrote    ${path}`);
}

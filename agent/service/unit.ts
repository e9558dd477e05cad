/** The systemd unit as it is installed: the template of agent/deploy with this host's paths. */
import { failure } from '../../shared/errors/failure.ts';

export interface UnitPaths {
  /** The Node binary. */
  readonly node: string;
  /** Flags of the agent, as they must stand in argv. */
  readonly flags: readonly string[];
  /** The agent's main module. */
  readonly main: string;
  readonly config: string;
}

/** ProtectHome= hides these from the service, so a program there could not even start. */
const hiddenFolders = ['/home/', '/root/', '/run/user/', '/tmp/', '/var/tmp/'];

/**
 * Renders the template. Throws `service.hidden-path` for a program that the unit's own protection
 * would hide, and `service.path` for a path that a unit file cannot carry.
 */
export function renderUnit(template: string, paths: UnitPaths): string {
  const words = [paths.node, ...paths.flags, paths.main];
  for (const path of [paths.node, paths.main, paths.config]) checkPath(path);
  return template.replaceAll('@EXEC@', words.join(' ')).replaceAll('@CONFIG@', paths.config);
}

function checkPath(path: string): void {
  if (!/^\/[\w./+@=-]*$/.test(path)) throw failure('service.path');
  const hidden = hiddenFolders.find((folder) => path.startsWith(folder));
  if (hidden !== undefined) throw failure('service.hidden-path', { folder: hidden });
}

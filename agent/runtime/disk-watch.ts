/**
 * Watches the disks of the data folder and the audit log, and raises an alarm while one is nearly
 * full: before writes are refused, or, where the audit log has no space, nearly everything. Logged
 * once for each crossing.
 */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AlarmSeverity } from '../../shared/control/topics.ts';
import type { Timers } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { AgentConfig } from '../config/config.ts';
import { diskWatchMs } from './limits.ts';
import { type DiskBlocks, type DiskLevel, nextLevel, usedShare } from './disk-level.ts';

interface WatchedFolder {
  /** In alarms and metrics: `data`, `audit-file`. */
  readonly name: string;
  readonly path: string;
}

/** What the last look found. */
export interface DiskUsage {
  readonly name: string;
  readonly usedShare: number;
  readonly freeBytes: number;
}

export interface DiskWatchOptions {
  readonly config: Pick<AgentConfig, 'node' | 'audit'>;
  readonly alarms: Alarms;
  readonly timers: Timers;
  readonly log: Log;
  /** For tests: how a file system is asked. */
  readonly look?: (path: string) => Promise<DiskBlocks>;
}

/** The folders of a configuration that must not run out of space. */
function foldersOf(config: DiskWatchOptions['config']): readonly WatchedFolder[] {
  if (config.node.data === undefined) return [];
  const audit = config.audit.map(({ name, path }) => ({
    name: `audit-${name}`,
    path: dirname(path),
  }));
  return [{ name: 'data', path: config.node.data }, ...audit];
}

export class DiskWatch {
  readonly #options: DiskWatchOptions;
  readonly #folders: readonly WatchedFolder[];
  readonly #usage = new Map<string, DiskUsage>();
  readonly #levels = new Map<string, DiskLevel>();
  #cancel: () => void = () => undefined;
  #stopped = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
    this.#folders = foldersOf(options.config);
  }

  /** What the last looks found; a folder that could not be looked at is left out. */
  get usage(): readonly DiskUsage[] {
    return [...this.#usage.values()];
  }

  /** Looks now, and then every `diskWatchMs` after the end of the last look. */
  async start(): Promise<void> {
    await this.check();
    if (this.#stopped) return;
    this.#cancel = this.#options.timers.after(diskWatchMs, () => void this.start());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  /** One look at every folder. Never rejects. */
  async check(): Promise<void> {
    for (const folder of this.#folders) await this.#checkFolder(folder);
  }

  async #checkFolder({ name, path }: WatchedFolder): Promise<void> {
    const { look = statfs, log } = this.#options;
    try {
      const found = await look(path);
      const used = usedShare(found);
      this.#usage.set(name, { name, usedShare: used, freeBytes: found.bavail * found.bsize });
      this.#found({ name, path }, used);
    } catch (error) {
      // Told once: the folder's own users say more when they need it.
      if (this.#usage.delete(name)) log.warn('the space of a folder is not known', { path, error });
    }
  }

  #found(folder: WatchedFolder, used: number): void {
    const before = this.#levels.get(folder.name) ?? 'ample';
    const level = nextLevel(before, used);
    this.#levels.set(folder.name, level);
    const said = sentence(folder, used);
    this.#stand(folder, level, said);
    if (level !== before) this.#log(level, said);
  }

  #stand({ name }: WatchedFolder, level: DiskLevel, said: string): void {
    const id = `disk-nearly-full:${name}`;
    const severity: AlarmSeverity = level === 'full' ? 'critical' : 'warning';
    if (level === 'ample') this.#options.alarms.clear(id);
    else this.#options.alarms.raise(id, severity, said, 'disk-nearly-full');
  }

  #log(level: DiskLevel, said: string): void {
    const { log } = this.#options;
    if (level === 'ample') log.info(said);
    else log.warn(said, { alarm: 'disk-nearly-full' });
  }
}

/** In whole percent, so that it says something new only where there is something new. */
function sentence({ name, path }: WatchedFolder, used: number): string {
  const percent = Math.floor(used * 100);
  return `the disk of the ${name} folder (${path}) is ${percent} % full; free some space`;
}

/** Embedded stores in temporary data folders. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  openEmbeddedStore,
} from '../../../agent/replica/open-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** Runs a test with a path where nothing is yet, and removes what it made. */
export async function withFolder(body: (path: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'strongbox-data-'));
  try {
    await body(join(parent, 'data'));
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

export function openAt(
  path: string,
  options: Partial<EmbeddedStoreOptions> = {},
): Promise<EmbeddedStore> {
  const onFatal = (reason: Error): void => {
    throw reason;
  };
  const clock = new ManualClock();
  return openEmbeddedStore({ path, clock, timers: clock, onFatal, ...options });
}

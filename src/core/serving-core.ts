/**
 * The core of a further request thread: the same pipeline, for what engines serve. The core's own
 * routes (`sys/`, `auth/token/`) belong to the first thread, with the seal, the ceremonies and the
 * duties: whoever owns this core passes on what `isServed` does not name.
 *
 * It holds its own copy of every key, from `open` to `close`. What build-core.ts ties to the seal
 * beside the keys (hand-over, duties, what was interrupted) happens once, on the first thread.
 */
import type { CanonicalPath } from '../../shared/path/canonical.ts';
import type { SharedKey } from '../crypto/secret-key.ts';
import {
  buildPipeline,
  buildServices,
  type PipelinePorts,
  type Services,
} from './build-pipeline.ts';
import { coreMountPaths } from './core-mounts.ts';
import type { Core } from './core.ts';
import { dropSealedKeys, type KeyHolders, takeSealedKeys } from './sealed-keys.ts';
import { belowMount, Router } from './steps/mount.ts';

export type ServingPorts = Omit<PipelinePorts, 'isSealed'>;

export class ServingCore {
  readonly core: Core;
  readonly #ports: ServingPorts;
  readonly #services: Services;
  #sealed = true;

  constructor(ports: ServingPorts) {
    this.#ports = ports;
    this.#services = buildServices(ports);
    const noOwnRoutes = new Router([], ports.engines);
    this.core = buildPipeline(
      { ...ports, isSealed: () => this.#sealed },
      this.#services,
      noOwnRoutes,
    );
  }

  /** Whether a request for this path can be served here and now. */
  isServed(path: CanonicalPath): boolean {
    return !this.#sealed && !coreMountPaths.some((mount) => belowMount(path, mount) !== undefined);
  }

  /** Takes the keys. Throws what the barrier and `takeSealedKeys` throw, and has none then. */
  async open(rootKey: SharedKey): Promise<void> {
    const { barrier } = this.#ports;
    try {
      await barrier.unseal(rootKey);
      await takeSealedKeys(this.#services.room, this.#holders);
      this.#sealed = false;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Drops every key. Resolves when nothing that used one runs behind answers any more. */
  async close(): Promise<void> {
    this.#sealed = true;
    this.#ports.barrier.clear();
    dropSealedKeys(this.#holders);
    this.#services.knowledge.clear();
    await this.#services.background.settled();
  }

  get #holders(): KeyHolders {
    return { tokens: this.#services.hasher, audit: this.#ports.auditHasher };
  }
}

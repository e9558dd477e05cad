/** What clients reach an agent by: control channel, listeners, and those of the serving threads. */
import type { KeyringBarrier } from '../../src/barrier/keyring-barrier.ts';
import type { ControlServer } from '../control/control-server.ts';
import { hostClock, hostTimers } from '../lifetime/host-clock.ts';
import type { Undo } from '../lifetime/undo.ts';
import { learnTerm } from '../serving/new-term.ts';
import type { ServingThreads } from '../serving/serving-threads.ts';
import { HostSampler } from '../telemetry/host-sampler.ts';
import type { TlsIdentity } from '../tls/identity.ts';
import type { Certificates } from './certificates.ts';
import { type ControlParts, openControl } from './control.ts';
import { Listeners } from './listeners.ts';

export type SurfaceParts = Omit<ControlParts, 'hostSamples'> & {
  readonly certificates: Certificates;
  readonly barrier: KeyringBarrier;
  readonly serving: ServingThreads;
};

/**
 * Resolves when every listener accepts connections. On closing, consoles are told first that the
 * agent stops. Throws `listener.…`.
 */
export async function openSurfaces(parts: SurfaceParts, closing: Undo): Promise<Listeners> {
  const { config, log, built, metrics, certificates, admission } = parts;
  const hostSamples = new HostSampler({ log, clock: hostClock, timers: hostTimers });
  closing.push(() => hostSamples.stop());
  const control = openControl({ ...parts, hostSamples });
  const listeners = new Listeners({
    config,
    log,
    certificates,
    metrics,
    handler: built.core,
    admission,
    upgrade: control,
  });
  closing.push(() => listeners.drain());
  closing.push(() => control.stop());
  await listeners.start();
  welcomeServing(parts, listeners, control);
  return listeners;
}

/**
 * The serving threads listen on the same ports, show the same certificates, and pass on the rest.
 */
function welcomeServing(
  { serving, barrier, built, trail, metrics, certificates }: SurfaceParts,
  listeners: Listeners,
  control: ControlServer,
): void {
  const shared = listeners.shared();
  for (const [at, { config }] of shared.entries()) {
    const replaceIdentity = (identity: TlsIdentity): void => serving.replaceIdentity(at, identity);
    certificates.serve({ replaceIdentity }, config);
  }
  const ports = {
    handler: built.core,
    trail,
    consoles: control,
    observe: metrics.observe,
    learnTerm: (namespace: string) => learnTerm(barrier, namespace),
    stopping: () => void control.stop(),
  };
  serving.welcome(ports, {
    logName: trail.logName,
    listeners: shared.map(({ listener }) => listener),
  });
}

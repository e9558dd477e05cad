/** A topic as this console has it: its newest snapshot, or why there is none. */
import type { ControlProblem } from '../../client/control-problem.ts';

export type Topic<Snapshot> =
  /** Nothing came yet. */
  | { readonly state: 'syncing' }
  | { readonly state: 'ready'; readonly snapshot: Snapshot; readonly receivedAtMs: number }
  /** The agent shows it to others only; what came before is gone from the screen. */
  | { readonly state: 'denied'; readonly problem: ControlProblem };

export const syncing: Topic<never> = { state: 'syncing' };

export function received<Snapshot>(snapshot: Snapshot, nowMs: number): Topic<Snapshot> {
  return { state: 'ready', snapshot, receivedAtMs: nowMs };
}

/** The newest snapshot, however old. */
export function snapshotIn<Snapshot>(topic: Topic<Snapshot>): Snapshot | undefined {
  return topic.state === 'ready' ? topic.snapshot : undefined;
}

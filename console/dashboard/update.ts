/**
 * What the wallboard is told: public figures and nothing else. It runs packages that nobody has
 * looked after for years, so no token, share, secret or name of one ever goes there.
 */
import type {
  AlarmsSnapshot,
  ClusterSnapshot,
  MetricsSnapshot,
} from '../../shared/control/topics.ts';

export interface WallboardUpdate {
  readonly cluster: ClusterSnapshot | undefined;
  readonly metrics: MetricsSnapshot | undefined;
  readonly alarms: AlarmsSnapshot | undefined;
  /** Whether the link to the agent is down, so that all of it is old. */
  readonly stale: boolean;
}

export const emptyUpdate: WallboardUpdate = {
  cluster: undefined,
  metrics: undefined,
  alarms: undefined,
  stale: true,
};

/** A disk that is slow, full or broken, as the world wants it to be. It keeps nothing itself. */
import { type WriteDone, writeDone } from '../../../src/ports/write-outcome.ts';
import type { Chance } from './chance.ts';
import type { Scheduler, Us } from './scheduler.ts';

export interface DiskPlan {
  /** Mean time of a write that is made durable. */
  readonly writeMeanUs: Us;
  /** Of a write that was under way in a crash, the chance that it is there afterwards. */
  readonly survivesCrashPermille: number;
}

export const calmDisk: DiskPlan = { writeMeanUs: 500, survivesCrashPermille: 500 };

export type DiskHealth = 'well' | 'full' | 'failing';

export interface DiskWrite {
  /** Makes it durable, or takes it back. */
  readonly settle: (isDurable: boolean) => void;
  readonly done: WriteDone;
  readonly mayBeFull: boolean;
  readonly meanUs?: Us;
}

export class Disk {
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  readonly plan: DiskPlan;
  health: DiskHealth = 'well';
  /** How many times slower than planned it is now. */
  slowTimes = 1;
  /** Rises with each crash: what was asked for before is never answered. */
  #incarnation = 0;

  constructor(scheduler: Scheduler, chance: Chance, plan: DiskPlan) {
    this.#scheduler = scheduler;
    this.#chance = chance;
    this.plan = plan;
  }

  /** Takes a while; then it is settled, and `done` is told. Never from inside the call. */
  write({ settle, done, mayBeFull, meanUs = this.plan.writeMeanUs }: DiskWrite): void {
    const { health } = this;
    this.later(meanUs, () => {
      if (health === 'failing') {
        settle(this.#chance.permille(500));
        done({ kind: 'failed', reason: 'the simulated disk fails' });
      } else if (health === 'full' && mayBeFull) {
        settle(false);
        done({ kind: 'full' });
      } else {
        settle(true);
        done(writeDone);
      }
    });
  }

  /** Runs it when the disk has had its time; never once the process has ended. */
  later(meanUs: Us, run: () => void): void {
    const incarnation = this.#incarnation;
    const delayUs = 50 + this.#chance.aroundMean(meanUs) * this.slowTimes;
    this.#scheduler.after(delayUs, () => {
      if (incarnation === this.#incarnation) run();
    });
  }

  /** The process ends. Says whether a write that was under way is there all the same. */
  crash(): boolean {
    this.#incarnation += 1;
    if (this.health === 'failing') this.health = 'well';
    return this.#chance.permille(this.plan.survivesCrashPermille);
  }
}

/**
 * Judges a row by what the yardstick does just before it: the machine may be shared, and a virtual
 * one may be slower from one minute to the next.
 */
import { cpuTimeMicroseconds } from './agent-facts.ts';
import { type Load, measure } from './load/load.ts';
import type { Measured } from './load/measured.ts';
import { startYardstick, workMicroseconds, type Yardstick, yardstickRequest } from './yardstick.ts';

/** The yardstick of every row is its rate at so many connections. */
export const judgedConnections = 16;
const judgeSeconds = 1;

/** A row's figures. */
export interface Judged {
  readonly measured: Measured;
  /** Requests a second of the yardstick. */
  readonly yardstick: number;
  /** CPU time of the server for each request; NaN where it cannot be told. */
  readonly cpuMicroseconds: number;
  /** How many times that of the yardstick it is: what travels even where the machine is busy. */
  readonly cpuRatio: number;
}

export class Judge implements Disposable {
  readonly #yardstick: Yardstick;

  private constructor(yardstick: Yardstick) {
    this.#yardstick = yardstick;
  }

  static async start(): Promise<Judge> {
    return new Judge(await startYardstick(workMicroseconds));
  }

  /** `pid`: of the server, where it runs here. */
  async measure(load: Load, pid?: number): Promise<Judged> {
    const { url, pid: yardstickPid } = this.#yardstick;
    const bareLoad = {
      address: url,
      requests: [yardstickRequest],
      connections: judgedConnections,
      seconds: judgeSeconds,
    };
    const bare = await measureWithCpu(bareLoad, yardstickPid);
    const judged = await measureWithCpu(load, pid);
    return {
      ...judged,
      yardstick: bare.measured.requestsPerSecond,
      cpuRatio: judged.cpuMicroseconds / bare.cpuMicroseconds,
    };
  }

  [Symbol.dispose](): void {
    this.#yardstick.stop();
  }
}

/** One load, and what it costs the server. */
export async function measureWithCpu(
  load: Load,
  pid: number | undefined,
): Promise<{ readonly measured: Measured; readonly cpuMicroseconds: number }> {
  const before = pid === undefined ? Number.NaN : await cpuTimeMicroseconds(pid);
  const measured = await measure(load);
  const after = pid === undefined ? Number.NaN : await cpuTimeMicroseconds(pid);
  return { measured, cpuMicroseconds: (after - before) / measured.requests };
}

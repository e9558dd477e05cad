/**
 * One life of the sampling child: asked by a line, it answers with a line. Whatever it does instead
 * (more lines, longer ones, other words) ends it: what it says is held to `hostSampleBytesMax`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { assert } from '../../shared/assert.ts';
import type { HostMetrics } from '../../shared/control/topics.ts';
import { readHostSample } from './host-sample.ts';
import { hostSampleBytesMax, hostSamplerHeapMegabytes } from './limits.ts';

/** All that the child and the shells it starts know of the world. */
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
const newline = 0x0a;

export interface HostSamplerEvents {
  readonly sampled: (sample: HostMetrics) => void;
  /** Called once, with what ended it in a few words, when the process is gone. */
  readonly ended: (reason: string) => void;
}

export class HostSamplerProcess {
  readonly #child: ChildProcess;
  readonly #events: HostSamplerEvents;
  #said = Buffer.alloc(0);
  #asked = false;
  #reason: string | undefined;

  /** Starts the program with this process's Node and none of its flags. */
  constructor(program: string, events: HostSamplerEvents) {
    this.#events = events;
    const flags = [`--max-old-space-size=${hostSamplerHeapMegabytes}`];
    // Its own session: Ctrl-C in the agent's terminal is not for it, and its shells end with it.
    this.#child = spawn(process.execPath, [...flags, program], {
      cwd: '/',
      env: environment,
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    this.#child.stdin?.on('error', () => undefined); // a child that is gone is told by `exit`
    this.#child.stdout?.on('data', (bytes: Buffer) => this.#hear(bytes));
    this.#child.once('error', () => this.#ended('it could not be started'));
    this.#child.once('exit', (code, signal) => this.#ended(`it ended with ${signal ?? code}`));
  }

  /** Asks for one sample; the one before must have come. */
  ask(): void {
    assert(!this.#asked, 'one sample is asked for at a time');
    this.#asked = true;
    this.#child.stdin?.write('\n');
  }

  /** Ends the process and the shells it runs; `ended` follows. */
  kill(reason: string): void {
    this.#reason ??= reason;
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL'); // it has not become the leader of its session yet
    }
  }

  #hear(bytes: Buffer): void {
    if (this.#reason !== undefined) return;
    this.#said = Buffer.concat([this.#said, bytes]);
    const end = this.#said.indexOf(newline);
    if (!this.#asked || this.#said.length > hostSampleBytesMax) return this.kill('it flooded');
    if (end < 0) return;
    if (end < this.#said.length - 1) return this.kill('it answered more than it was asked');
    const sample = readHostSample(this.#said.subarray(0, end));
    if (sample === undefined) return this.kill('its answer is no sample');
    this.#said = Buffer.alloc(0);
    this.#asked = false;
    this.#events.sampled(sample);
  }

  #ended(reason: string): void {
    this.#child.removeAllListeners();
    this.#events.ended(this.#reason ?? reason);
  }
}

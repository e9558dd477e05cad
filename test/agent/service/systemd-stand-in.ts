/** Plays systemd's end of sd_notify(3): hears what a service says on its socket. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const missing = ['systemd-notify', 'python3'].find(
  (program) => spawnSync(program, ['--version']).error !== undefined,
);
/** Why it cannot be played here; false where it can. */
export const systemdObstacle: string | false =
  missing === undefined ? false : `${missing} is not installed`;

/** Prints each datagram on a line and closes the descriptors that come with it. */
const receiver = `
import socket, sys, os, array
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    data, control, flags, address = s.recvmsg(4096, socket.CMSG_SPACE(64))
    for level, kind, value in control:
        for descriptor in array.array('i', value[:len(value) - len(value) % 4]):
            os.close(descriptor)
    print(data.decode().replace('\\n', ' '), flush=True)
`;

export class SystemdStandIn implements Disposable {
  readonly socket: string;
  readonly #folder: string;
  readonly #process: ChildProcess;
  #said = '';

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'strongbox-notify-'));
    this.socket = join(this.#folder, 'notify.sock');
    this.#process = spawn('python3', ['-c', receiver, this.socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process.stdout?.on('data', (bytes: Buffer) => {
      this.#said += bytes.toString();
    });
  }

  static async start(): Promise<SystemdStandIn> {
    const standIn = new SystemdStandIn();
    await standIn.until('bound');
    return standIn;
  }

  /** Waits until it has heard a text. */
  async until(text: string): Promise<void> {
    await this.untilCount(text, 1);
  }

  async untilCount(text: string, count: number): Promise<void> {
    const giveUp = AbortSignal.timeout(20_000);
    while (this.count(text) < count) {
      assert.ok(this.#process.stdout !== null);
      await once(this.#process.stdout, 'data', { signal: giveUp });
    }
  }

  /** How often it has heard a text. */
  count(text: string): number {
    return this.#said.split(text).length - 1;
  }

  [Symbol.dispose](): void {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true });
  }
}

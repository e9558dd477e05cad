/** The commands of etcd's tests of configuration changes. */
import { type ConfResult, enterJoint, leaveJoint, simple } from '../../../src/raft/conf-change.ts';
import { ProgressTracker } from '../../../src/raft/tracker.ts';
import { progressView } from '../../../src/raft/views.ts';
import { parseChanges } from './commands.ts';
import { type Command, valuesOf } from './data-driven.ts';
import { renderConf, renderProgressMap } from './render.ts';

/** A configuration with the progress of its members, changed by one command after the other. */
export class Changer {
  readonly #tracker = new ProgressTracker({
    inflightMessagesMax: 10,
    inflightBytesMax: Number.POSITIVE_INFINITY,
  });
  /** Rises with every command, also with one that fails. */
  #lastIndex = 0;

  run(command: Command): string {
    const result = this.#change(command);
    const text = result.ok ? this.#switchTo(result.conf) : `${result.refusal}\n`;
    this.#lastIndex += 1;
    return text;
  }

  #change(command: Command): ConfResult {
    const { conf } = this.#tracker;
    const changes = parseChanges(command.input);
    if (command.name === 'simple') return simple(conf, changes);
    if (command.name === 'leave-joint') return leaveJoint(conf);
    return enterJoint(conf, changes, valuesOf(command, 'autoleave')[0] === 'true');
  }

  #switchTo(conf: Parameters<ProgressTracker['switchTo']>[0]): string {
    const tracker = this.#tracker;
    tracker.switchTo(conf, this.#lastIndex);
    const ids = [...tracker.progress.keys()];
    const progress = new Map(ids.map((id) => [id, progressView(tracker, id)]));
    return `${renderConf(conf)}\n${renderProgressMap(progress)}`;
  }
}

/** Rules of the driver, each broken once. */
import type { Catcher, Exhibit } from './exhibit.ts';

const worlds = (seeds: number): Catcher => ({ kind: 'worlds', tier: 'replica', seeds });
const testOf = (file: string): Catcher => ({ kind: 'test', file });

export const driverExhibits: readonly Exhibit[] = [
  {
    name: 'proposal-applied-twice',
    rule: 'a forwarded proposal counts once, however often it is in the log',
    file: 'src/replica/result-window.ts',
    find: "    if (this.#results.has(sequence)) return 'repeated';\n",
    replace: '    this.#results.delete(sequence);\n',
    caughtBy: worlds(300),
  },
  {
    name: 'answered-proposal-applied-again',
    rule: 'a proposal below the lowest unanswered one is void',
    file: 'src/replica/result-window.ts',
    find: "    if (sequence < this.#lowest) return 'answered';\n",
    replace: '    if (sequence < this.#lowest) this.#lowest = sequence;\n',
    caughtBy: testOf('test/src/replica/state-machine.test.ts'),
  },
  {
    name: 'older-start-applied',
    rule: 'what an older start of the proposer proposed is void',
    file: 'src/replica/result-window.ts',
    find: "    if (start < this.#start) return 'older-start';\n    if (start > this.#start)",
    replace: '    if (start !== this.#start)',
    caughtBy: testOf('test/src/replica/state-machine.test.ts'),
  },
  {
    name: 'window-dropped-in-snapshot',
    rule: 'the windows of results travel in snapshots',
    file: 'src/replica/snapshot-content.ts',
    find: 'this.#source.recordNames()',
    replace: "this.#source.recordNames().filter((name) => !name.startsWith('window/'))",
    caughtBy: worlds(1_000),
  },
  {
    name: 'time-goes-back',
    rule: 'cluster time is the largest stamp so far',
    file: 'src/replica/state-machine.ts',
    find: 'Math.max(this.#state.clusterTimeMs, stampMs)',
    replace: 'stampMs',
    caughtBy: worlds(300),
  },
  {
    name: 'digest-skipped',
    rule: 'every change of an entry changes the digest',
    file: 'src/replica/state-machine.ts',
    find: '      digest = changeDigest(this.#hash, digest, current(key), after);\n',
    replace:
      '      if (revision % 2 > 0) digest = changeDigest(this.#hash, digest, current(key), after);\n',
    caughtBy: worlds(600),
  },
  {
    name: 'no-caretaker',
    rule: 'a sealed node steps in where no other leads',
    file: 'src/replica/leadership.ts',
    find: 'node.holdCampaign(caretakerTimeouts * electionTicks)',
    replace: 'node.holdCampaign(Number.POSITIVE_INFINITY)',
    caughtBy: testOf('test/simulation/failover.test.ts'),
  },
  {
    name: 'caretaker-stays',
    rule: 'a sealed leader hands over to a fit voter',
    file: 'src/replica/leadership.ts',
    find: '    if (heir === undefined) return;\n',
    replace: "    if (heir === undefined || reason === 'caretaker') return;\n",
    caughtBy: testOf('test/simulation/bugs/leaders.test.ts'),
  },
  {
    name: 'transfer-to-unfit',
    rule: 'leadership is handed to fit nodes only',
    file: 'src/replica/leadership.ts',
    find: 'peers.healthOf(id)?.fit === true',
    replace: 'peers.healthOf(id) !== undefined',
    caughtBy: testOf('test/simulation/bugs/leaders.test.ts'),
  },
  {
    name: 'full-disk-counts-as-written',
    rule: 'nothing of a write that met a full disk counts',
    file: 'src/replica/log-writer.ts',
    find: "    if (outcome.kind === 'full') ",
    replace: "    if (outcome.kind !== 'done' && this.isWriting === false) ",
    caughtBy: worlds(300),
  },
  {
    name: 'log-before-state',
    rule: 'a snapshot is in place before the log begins behind it',
    file: 'src/replica/log-writer.ts',
    find:
      '      (done) => this.#host.install(snapshot, done),\n' +
      '      (done) => this.#log.reset({ term, index }, done),\n',
    replace:
      '      (done) => this.#log.reset({ term, index }, done),\n' +
      '      (done) => this.#host.install(snapshot, done),\n',
    caughtBy: testOf('test/simulation/bugs/snapshots.test.ts'),
  },
  {
    name: 'read-before-applied',
    rule: 'a read waits until the state has reached its index',
    file: 'src/replica/reads.ts',
    find: '    if (index <= appliedIndex) this.#finish(reads, undefined);\n',
    replace: '    if (index <= appliedIndex || reads.length > 0) this.#finish(reads, undefined);\n',
    caughtBy: worlds(600),
  },
  {
    name: 'lost-disk-votes',
    rule: 'a node without a state does not vote',
    file: 'src/replica/peer-traffic.ts',
    find: '    if (isVoteRequest(message) && !this.#parts.hasState()) return;\n',
    replace: '',
    caughtBy: worlds(4_000),
  },
  {
    name: 'amnesia-welcome',
    rule: 'a node that comes back with less than it had is refused',
    file: 'src/replica/peer-registry.ts',
    find: '    if (reason !== undefined) return failure',
    replace: "    if (reason === '') return failure",
    caughtBy: worlds(4_000),
  },
  {
    name: 'unknown-called-refused',
    rule: 'of a proposal that was sent, nobody can say that it was not applied',
    file: 'src/replica/proposer.ts',
    find: "const error = failure(wasSent ? 'replica.outcome-unknown' : 'replica.no-leader');",
    replace: "const error = failure(wasSent ? 'replica.no-leader' : 'replica.no-leader');",
    caughtBy: worlds(600),
  },
  {
    name: 'vote-of-older-term-kept',
    rule: 'a vote counts in its term alone',
    file: 'src/replica/recover.ts',
    find: 'vote: isOlder ? none : stored.vote, commit',
    replace: 'vote: none, commit',
    caughtBy: worlds(1_000),
  },
];

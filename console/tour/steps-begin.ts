/** Init and unseal, share by share, with a wrong share on the way. */
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { healthStatus } from './programs.ts';
import { at, CheckFailed, type TourScript, textAt } from './script.ts';
import type { Workspace } from './workspace.ts';

/** What a real ceremony would hand to three people. The tour keeps it in memory only. */
export interface Ceremony {
  readonly shares: readonly string[];
  readonly rootToken: string;
}

export async function beginSteps(script: TourScript, workspace: Workspace): Promise<Ceremony> {
  script.check(
    (await healthStatus(workspace.socket)) === 501,
    'it answers on its Unix socket and says it is not initialised (501)',
  );
  script.check(
    (await healthOverTls(workspace)) === 501,
    `it answers the same at ${workspace.address}, with a certificate of its own authority`,
  );
  const ceremony = await initialise(script);
  await unsealWithAWrongShare(script, ceremony);
  return ceremony;
}

async function initialise(script: TourScript): Promise<Ceremony> {
  script.step('Initialise: three shares, any two of which unseal');
  const made = await script.json(['operator', 'init', '--shares', '3', '--threshold', '2']);
  const shares = at(made, 'shares');
  if (!Array.isArray(shares)) throw new CheckFailed('init printed no shares');
  script.check(shares.length === 3, 'three shares were made');
  script.check(
    textAt(made, 'root_token').length > 20,
    'a root token was made; the shares and the token are printed once and kept nowhere',
  );
  return { shares: shares.map(String), rootToken: textAt(made, 'root_token') };
}

async function unsealWithAWrongShare(script: TourScript, ceremony: Ceremony): Promise<void> {
  const [first = '', , third = ''] = ceremony.shares;
  script.step('Unseal, share by share');
  const one = await script.json(['operator', 'unseal'], { stdin: first, note: 'share-1' });
  script.check(
    at(one, 'sealed') === true && at(one, 'progress') === 1,
    'one share of two: still sealed, progress 1 of 2',
  );
  const wrong = await script.run(['operator', 'unseal'], {
    stdin: spoil(third),
    note: 'share-3-mistyped',
    status: 2,
  });
  script.say(wrong.stderr.trim().split('\n')[0] ?? '');
  const status = await script.json(['status'], { status: 2 });
  script.check(
    at(status, 'progress') === 1,
    'the mistyped share was refused at once, and the first one still counts',
  );
  const two = await script.json(['operator', 'unseal'], { stdin: third, note: 'share-3' });
  script.check(at(two, 'sealed') === false, 'with the second right share the agent is unsealed');
}

/** A share with one character in its middle exchanged: what a tired hand does. */
function spoil(share: string): string {
  const middle = Math.floor(share.length / 2);
  const other = share[middle] === 'q' ? 'p' : 'q';
  return `${share.slice(0, middle)}${other}${share.slice(middle + 1)}`;
}

async function healthOverTls(workspace: Workspace): Promise<number | undefined> {
  const authority = await readFile(workspace.authorityFile);
  return new Promise((resolve, reject) => {
    const probe = request(
      `${workspace.address}/v1/sys/health`,
      { ca: authority, timeout: 5_000 },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      },
    );
    probe.once('timeout', () => probe.destroy(new Error('no answer over TLS')));
    probe.once('error', reject);
    probe.end();
  });
}

/** What effects work with. */
import type { ControlPlace } from '../../client/control-dial.ts';
import type { Channel } from './channel.ts';
import type { KeptEdits } from './kept-edits.ts';
import type { Reports } from './store.ts';
import type { TerminalPort } from './terminal-port.ts';
import type { Verification } from './verification.ts';

export interface Tools {
  /** Of whoever sits here when the effect begins. */
  readonly store: Reports;
  readonly channel: Channel;
  readonly verification: Verification;
  readonly keptEdits: KeptEdits;
  /** Asked each time: it is there once the tree is mounted. */
  readonly terminal: () => TerminalPort;
  /** Address and trust of another agent, from the same flags. Throws `client.*`. */
  readonly placeOf: (address: string) => ControlPlace;
  /** The operator's own folder: their key file lies there. */
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

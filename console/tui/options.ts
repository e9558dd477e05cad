/** What the console is started with; the command line makes it (cli/commands/console.ts). */
import type { ControlPlace } from '../client/control-dial.ts';
import type { ThemeName } from './terminal/theme.ts';

export interface ConsoleOptions {
  readonly place: ControlPlace;
  /** Address and trust of another agent, from the same flags. Throws `client.*`. */
  readonly placeOf: (address: string) => ControlPlace;
  /** As a person would write it. */
  readonly address: string;
  readonly token: string | undefined;
  /** Who sits here, as the others are told. */
  readonly holder: string;
  readonly view: string;
  /** What the view is opened on. */
  readonly argument: string | undefined;
  readonly theme: ThemeName;
  readonly readOnly: boolean;
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
}

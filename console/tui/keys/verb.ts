/**
 * The table of verbs: what can be done, on which key, how dangerous it is. A verb exists once;
 * footer, help, palette and the command line's help are drawn from the same entry, so none of them
 * can be stale.
 */
import type { SafeText } from '../terminal/safe-text.ts';
import type { KeyName } from './key-name.ts';

/**
 * 0 acts at once; 1 (reversible) asks for `y`; 2 asks to type the object's name; 3 asks for the
 * cluster's name, a reason and two seconds of patience.
 */
export type Danger = 0 | 1 | 2 | 3;

/** `global` is offered in every view. */
export type View = string;

export interface Verb<Model, Effect> {
  /** Stable, unique: `node.step-down`. */
  readonly id: string;
  /** Two words for the footer: `step down`. */
  readonly title: string;
  /** One sentence for help and palette: what it does, what it needs. */
  readonly help: string;
  /** Empty for verbs that only the palette offers. */
  readonly keys: readonly KeyName[];
  readonly view: View;
  readonly danger: Danger;
  /** Whether it works only while the write window is open. */
  readonly needsWrite: boolean;
  /** Rank in the footer, lower first; undefined keeps it out. */
  readonly footer?: number;
  /** The form in the palette: `:seal NODE`. Undefined keeps it out. */
  readonly command?: Command<Model>;
  /** True, or why not: the sentence is shown when the key is pressed. */
  readonly enabledWhen: (model: Model) => boolean | string;
  /**
   * What it would act on: the selected row, or the one with the identifier. Asked once when the
   * key is pressed; dialog and action keep that answer, whatever is selected later. Undefined means
   * that there is nothing to act on. Verbs of danger 1 and more have one.
   */
  readonly target?: (model: Model, id?: string) => Target | undefined;
  /** What the dialog says; verbs of danger 1 and more have it. */
  readonly warning?: (model: Model, target: Target) => Warning;
  readonly run: (context: VerbContext<Model>) => Effect;
}

export interface Command<Model> {
  /** `seal`, or with the words of the command line: `audit verify`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly parameters?: readonly Parameter<Model>[];
}

export interface Parameter<Model> {
  /** As help prints it: `NODE`. */
  readonly name: string;
  readonly optional?: boolean;
  /** The last one only: a sentence, up to the end of the line, without quotes. */
  readonly takesRest?: boolean;
  /** Values that completion offers; all others are allowed too. */
  readonly values?: (model: Model) => readonly string[];
}

/** An object by its identifier, so that a redraw between key and dialog changes nothing. */
export interface Target {
  readonly id: string;
  /** As shown, and as it must be typed for danger 2. */
  readonly name: SafeText;
  /** Changes when the object does: a dialog about an older one closes itself. */
  readonly version?: string;
}

/** The lines of a dialog; each is a plain sentence. */
export interface Warning {
  /** From the connection, never from configuration. */
  readonly cluster: SafeText;
  /** `Seal node-3`. */
  readonly act: SafeText;
  /** What follows: `2 of 3 agents stay unsealed; writes go on.` */
  readonly effect: SafeText;
  /** How to take it back, or that it cannot be. */
  readonly undo: SafeText;
  /** How many objects it concerns, hidden ones included. */
  readonly count?: number;
}

export interface VerbContext<Model> {
  readonly model: Model;
  readonly target: Target | undefined;
  readonly args: readonly string[];
  /** Given with danger 3, empty otherwise. */
  readonly reason: string;
}

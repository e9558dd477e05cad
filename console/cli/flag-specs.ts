/** The flags of a command as data, and the values that the parser makes of them. */
export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

export interface FlagSpec {
  /** `switch` takes no value, `texts` may be given several times. */
  readonly type: 'text' | 'texts' | 'count' | 'switch';
  readonly description: string;
  /** Other names, as Vault's command line has them. */
  readonly aliases?: readonly string[];
  /** Fixed values, offered by completion; anything else is refused. */
  readonly choices?: readonly string[];
}

export type FlagValues<Specs extends FlagSpecs> = {
  readonly [Name in keyof Specs]: FlagValue<Specs[Name]['type']>;
};

type FlagValue<Type extends FlagSpec['type']> = Type extends 'switch'
  ? boolean | undefined
  : Type extends 'texts'
    ? readonly string[]
    : Type extends 'count'
      ? number | undefined
      : string | undefined;

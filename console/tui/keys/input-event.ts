/** What the terminal layer hands to the router: whole keys and whole pastes, never raw bytes. */
import type { KeyName } from './key-name.ts';

export type InputEvent =
  | { readonly kind: 'key'; readonly key: KeyName }
  /** Everything pasted at once; also a burst that came too fast to be typed. */
  | { readonly kind: 'paste'; readonly text: string }
  /** A paste that was not delivered: longer than the limit, or its end never came. */
  | { readonly kind: 'paste-refused'; readonly reason: 'too-long' | 'unterminated' }
  | { readonly kind: 'focus'; readonly focused: boolean };

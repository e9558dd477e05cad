/**
 * Whether a text holds what must never stand in a line that is shown and remembered: a framed share
 * (shared/share: Bech32m under `sbx1`, written in groups or not) or a token with its prefix. A
 * guess, for pastes into the wrong place; what is secret is read by a process of its own.
 */
const share = /sbx1[02-9ac-hj-np-z]{20,}/i;
const token = /\bhv[sbr]\.[\w-]{16,}/;

export function looksSecret(text: string): boolean {
  return token.test(text) || share.test(text.replaceAll(/\s/g, ''));
}

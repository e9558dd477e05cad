/**
 * The JSON text of records. What many records say in the same words (who asks, with which rights,
 * what an answer held) comes as constants (shared/json/constant.ts) and is turned into text once.
 */
import type { AuditEntry } from '../../shared/audit/entry.ts';
import { isConstantJson } from '../../shared/json/constant.ts';

const texts = new WeakMap<object, string>();

/** The same text as `JSON.stringify(entry)`. */
export function entryText(entry: AuditEntry): string {
  return objectText(entry);
}

function objectText(object: object): string {
  let text = '';
  for (const [name, value] of Object.entries(object) as [string, unknown][]) {
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ','}${nameText(name)}:${fieldText(value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

const plainName = /^[a-z_]+$/;

function nameText(name: string): string {
  return plainName.test(name) ? `"${name}"` : JSON.stringify(name);
}

function fieldText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isConstantJson(value)) return constantText(value);
  // The platform is faster with an object of which no part is known.
  return holdsConstant(value) ? objectText(value) : JSON.stringify(value);
}

function holdsConstant(value: object): boolean {
  if (Array.isArray(value)) return false;
  return Object.values(value).some(
    (member: unknown) => typeof member === 'object' && member !== null && isConstantJson(member),
  );
}

function constantText(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}

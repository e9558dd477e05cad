/**
 * The JSON text of records. What many records say in the same words (who asks, with which rights,
 * what an answer held) comes as constants (shared/json/constant.ts) and is turned into text once.
 */
import type { AuditEntry } from '../../shared/audit/entry.ts';
import { isConstantJson } from '../../shared/json/constant.ts';
import { keptNamesMax } from './limits.ts';

const texts = new WeakMap<object, string>();

/** The same text as `JSON.stringify(entry)`. */
export function entryText(entry: AuditEntry): string {
  return objectText(entry);
}

function objectText(object: object): string {
  let text = '';
  const values = object as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(object)) {
    const value = values[name];
    if (value === undefined) continue;
    text += (text === '' ? '{' : ',') + nameText(name) + fieldText(value);
  }
  return text === '' ? '{}' : `${text}}`;
}

/** Of the fields that records have, with the colon. What users named is not kept. */
const nameTexts = new Map<string, string>();
const plainName = /^[a-z_]+$/;

function nameText(name: string): string {
  const known = nameTexts.get(name);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(name)}:`;
  if (nameTexts.size < keptNamesMax && plainName.test(name)) nameTexts.set(name, text);
  return text;
}

function fieldText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isConstantJson(value)) return constantText(value);
  // The platform is faster with an object of which no part is known.
  return holdsConstant(value) ? objectText(value) : JSON.stringify(value);
}

function holdsConstant(value: object): boolean {
  if (Array.isArray(value)) return false;
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(value)) {
    const member = members[name];
    if (typeof member === 'object' && member !== null && isConstantJson(member)) return true;
  }
  return false;
}

function constantText(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}

import type { JsonObject } from '../../../shared/json/value.ts';
import { objectIn, textIn } from '../../client/members.ts';
import { safeText } from './safe-text.ts';

/** An audit record as one line for people. */

export interface RecordFilter {
  /** Part of the request's path. */
  readonly path: string | undefined;
  /** Only what was refused or failed. */
  readonly errors: boolean;
}

export function matchesFilter(record: JsonObject, filter: RecordFilter): boolean {
  const path = objectIn(record, 'request')['path'];
  if (filter.path !== undefined && !(typeof path === 'string' && path.includes(filter.path))) {
    return false;
  }
  return !filter.errors || errorOf(record) !== '';
}

/** `TIME  TYPE  WHAT  WHO  HOW IT ENDED` */
export function auditLine(record: JsonObject): string {
  const parts = [
    textIn(record, 'time'),
    textIn(record, 'type').padEnd(10),
    whatOf(record),
    whoOf(record),
    endOf(record),
  ];
  return `${safeText(parts.filter((part) => part !== '').join('  '))}\n`;
}

function whatOf(record: JsonObject): string {
  const request = objectIn(record, 'request');
  const path = textIn(request, 'path');
  if (path !== '') return `${textIn(request, 'operation')} ${path}`;
  return textIn(record, 'event') || textIn(record, 'duty');
}

function whoOf(record: JsonObject): string {
  const name = textIn(objectIn(record, 'auth'), 'display_name');
  const from = textIn(objectIn(record, 'request'), 'remote_address');
  if (name === '') return from;
  return from === '' ? name : `${name}@${from}`;
}

function endOf(record: JsonObject): string {
  const status = objectIn(record, 'response')['status'];
  const error = errorOf(record);
  return [typeof status === 'number' ? String(status) : '', error].filter(Boolean).join(' ');
}

function errorOf(record: JsonObject): string {
  const { code } = objectIn(record, 'error');
  if (typeof code === 'string') return code;
  const { status } = objectIn(record, 'response');
  return typeof status === 'number' && status >= 400 ? 'refused' : '';
}

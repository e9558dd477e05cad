/** `request`: one operation of the API, as over HTTP. */
import type { ResultOf } from '../../../shared/control/methods.ts';
import { utf8Decode } from '../../../shared/encoding/utf8.ts';
import { failure } from '../../../shared/errors/failure.ts';
import { pathBytesMax } from '../../../shared/limits.ts';
import type { CoreAnswer } from '../../../src/core/request.ts';
import { namespaceBytesMax } from '../../http/limits.ts';
import { Params } from '../params.ts';
import type { MethodGroup, MethodParts } from './parts.ts';

const names = ['operation', 'path', 'query', 'body', 'namespace'] as const;
const operations = ['read', 'write', 'patch', 'delete', 'list', 'scan'] as const;

export function requestMethod(parts: MethodParts): MethodGroup<'request'> {
  const { calls, requestBytesMax } = parts;
  return {
    async request({ session }, { params, body }) {
      const given = new Params(params).only('request', ...names);
      const method = given.oneOf('operation', operations);
      given.emptied('body');
      if (body !== undefined && method !== 'write' && method !== 'patch') {
        throw failure('control.params-invalid', { name: 'body', expected: 'absent here' });
      }
      if ((body?.length ?? 0) > requestBytesMax) {
        throw failure('http.body-too-large', { requestBytesMax });
      }
      const answer = await calls.answer(session, {
        method,
        path: given.text('path', pathBytesMax),
        query: given.texts('query'),
        namespace: given.has('namespace') ? given.text('namespace', namespaceBytesMax) : undefined,
        body,
      });
      return resultOf(answer);
    },
  };
}

/** What is no JSON (metrics in text form) comes with its type. */
function resultOf({ status, body, raw }: CoreAnswer): ResultOf<'request'> {
  if (raw === undefined) return { status, body: body ?? null };
  return { status, body: { content_type: raw.contentType, text: utf8Decode(raw.bytes) } };
}

/**
 * Messages of the control channel as this end reads and writes them. Whatever is not JSON-RPC, or
 * not of the promised shape, throws: the socket that brought it is closed.
 */
import type { ControlMethod, ParamsOf } from '../../shared/control/methods.ts';
import type { ControlRequest } from '../../shared/control/protocol.ts';
import type { TopicUpdate } from '../../shared/control/topics.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { parseJson } from '../../shared/json/parse.ts';
import { stringifyJson } from '../../shared/json/stringify.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../shared/json/value.ts';
import { jsonDepthMax } from '../../shared/limits.ts';
import { answerTokensMax } from '../limits.ts';
import type { ControlProblem } from './control-problem.ts';
import { auditLines, snapshotOf, topicName } from './control-shapes.ts';
import { count, figure, optional, record, ShapeProblem, text } from './shape.ts';

export type IncomingMessage =
  | { readonly kind: 'result'; readonly id: number; readonly result: JsonValue }
  /** `id` is undefined where the agent could not read ours. */
  | { readonly kind: 'error'; readonly id: number | undefined; readonly problem: ControlProblem }
  | { readonly kind: 'update'; readonly update: TopicUpdate };

/** Reads one text message. Throws `json.*` and ShapeProblem. */
export function readMessage(bytes: Uint8Array): IncomingMessage {
  const limits = { depthMax: jsonDepthMax + 8, tokensMax: answerTokensMax };
  const message = parseJson(bytes, limits);
  if (!isJsonObject(message) || message['jsonrpc'] !== '2.0') {
    throw new ShapeProblem('message', 'JSON-RPC 2.0');
  }
  if (message['method'] === 'update') return readUpdate(message['params']);
  if (message['error'] !== undefined) return readError(message);
  const id = count(message['id'], 'id');
  if (message['result'] === undefined) throw new ShapeProblem('message', 'a result or an error');
  return { kind: 'result', id, result: message['result'] };
}

/** One call as text. Members that are undefined are left out. */
export function writeCall<Method extends ControlMethod>(
  id: number,
  method: Method,
  params: ParamsOf<Method>,
): string {
  const members: readonly [string, unknown][] = Object.entries(params);
  const given = Object.fromEntries(members.filter(([, value]) => value !== undefined));
  const call = { jsonrpc: '2.0', id, method, params: given as ParamsOf<Method> } as const;
  return stringifyJson(call satisfies ControlRequest<Method> as unknown as JsonObject);
}

/** Bytes of a call, which the agent bounds. */
export function callBytes(call: string): number {
  return utf8Encode(call).length;
}

const problemShape = record({
  code: figure,
  message: text,
  data: optional(record({ code: text, status: count })),
});

function readError(message: JsonObject): IncomingMessage {
  const { code, message: sentence, data } = problemShape(message['error'], 'error');
  const problem: ControlProblem = {
    code: data?.code ?? `rpc.${code}`,
    status: data?.status ?? 400,
    message: sentence,
  };
  return { kind: 'error', id: optional(count)(message['id'], 'id'), problem };
}

function readUpdate(params: JsonValue | undefined): IncomingMessage {
  const { sequence, topic } = record({ sequence: count, topic: topicName })(params, 'params');
  if (topic === 'audit') {
    const { lines, dropped } = record({ lines: auditLines, dropped: count })(params, 'params');
    return { kind: 'update', update: { sequence, topic, lines, dropped } };
  }
  const { snapshot } = record({ snapshot: snapshotOf(topic) })(params, 'params');
  return { kind: 'update', update: { sequence, topic, snapshot } as TopicUpdate };
}

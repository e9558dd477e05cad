/** The opening handshake as bytes, for what the WebSocket package would not send. */
import { randomBytes } from 'node:crypto';
import { controlSubprotocol } from '../../../shared/control/protocol.ts';
import { type RawAnswer, RawClient } from '../http/listener-harness.ts';

/** A header that is left out, or another value for it. */
export type Changes = Readonly<Record<string, string | undefined>>;

const goodHeaders = {
  Host: 'localhost',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Protocol': controlSubprotocol,
} as const;

export function handshake(
  changes: Changes = {},
  line = 'GET /v1/sys/control HTTP/1.1',
  extra = '',
): string {
  const headers = Object.entries({ ...goodHeaders, ...changes });
  const lines = headers.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return `${[line, ...lines].join('\r\n')}\r\n${extra}\r\n`;
}

/** Sends a handshake on a connection of its own: the answer, and the connection. */
export async function shake(
  address: string,
  bytes: string,
): Promise<RawAnswer & { readonly client: RawClient }> {
  const client = await RawClient.connect(address);
  client.write(bytes);
  return { ...(await client.answer()), client };
}

export interface FrameOptions {
  readonly opcode: number;
  readonly payload?: Buffer;
  readonly final?: boolean;
  readonly reserved?: number;
  readonly masked?: boolean;
}

/** One frame of RFC 6455 section 5.2 with a payload of less than 64 KiB. */
export function frame(options: FrameOptions): Buffer {
  const { opcode, payload = Buffer.alloc(0), final = true, reserved = 0, masked = true } = options;
  const first = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  const bit = masked ? 0x80 : 0;
  const short = payload.length < 126;
  const head = Buffer.from(short ? [first, bit | payload.length] : [first, bit | 126, 0, 0]);
  if (!short) head.writeUInt16BE(payload.length, 2);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  const body = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([head, mask, body]);
}

/** The code of the close frame that the agent's input ends with; undefined where there is none. */
export function closeCode(input: string): number | undefined {
  const bytes = Buffer.from(input, 'latin1');
  for (let at = 0; at + 1 < bytes.length; ) {
    const opcode = (bytes[at] ?? 0) & 15;
    const short = (bytes[at + 1] ?? 0) & 127;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    if (opcode === 8) return length < 2 ? 1005 : bytes.readUInt16BE(at + head);
    at += head + length;
  }
  return undefined;
}

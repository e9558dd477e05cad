/**
 * HTTP/1.1 byte streams whose framing is odd or hostile, with what must come of them. Those that
 * llhttp refuses are the list of Node's parser facts for 24.21; a newer parser that turns laxer
 * shows here.
 */

export interface FramingCase {
  readonly name: string;
  readonly bytes: string;
  /** Verbs and bodies of the requests that reach the handler. */
  readonly requests: readonly (readonly [verb: string, body: string])[];
  /** Status of the refusal that follows them, if any. */
  readonly refusal?: 400 | 413 | 431;
  /** Closed without a refusal that anybody could read. */
  readonly closed?: true;
}

const host = 'Host: a\r\n';
const get = `GET /v1/x HTTP/1.1\r\n${host}\r\n`;
const list = `LIST /v1/x HTTP/1.1\r\n${host}\r\n`;

function post(headers: string, body: string): string {
  return `POST /v1/x HTTP/1.1\r\n${host}${headers}\r\n${body}`;
}

function chunked(body: string): string {
  return post('Transfer-Encoding: chunked\r\n', body);
}

function refused(name: string, bytes: string, refusal: 400 | 413 | 431 = 400): FramingCase {
  return { name, bytes, requests: [], refusal };
}

export const servedCases: readonly FramingCase[] = [
  { name: 'LIST', bytes: list, requests: [['LIST', '']] },
  {
    name: 'SCAN and HELP on one connection',
    bytes: list.replace('LIST', 'SCAN') + list.replace('LIST', 'HELP'),
    requests: [
      ['SCAN', ''],
      ['HELP', ''],
    ],
  },
  {
    name: 'verbs that share letters with ours',
    bytes: ['LINK', 'LOCK', 'SEARCH', 'HEAD', 'BIND']
      .map((verb) => get.replace('GET', verb))
      .join(''),
    requests: ['LINK', 'LOCK', 'SEARCH', 'HEAD', 'BIND'].map((verb) => [verb, ''] as const),
  },
  {
    name: 'a body that begins with LIST, then LIST',
    bytes: post('Content-Length: 18\r\n', 'LIST / HTTP/1.1\r\n\r') + list,
    requests: [
      ['POST', 'LIST / HTTP/1.1\r\n\r'],
      ['LIST', ''],
    ],
  },
  {
    name: 'a body that is a whole LIST request, then GET',
    bytes: post(`Content-Length: ${list.length}\r\n`, list) + get,
    requests: [
      ['POST', list],
      ['GET', ''],
    ],
  },
  {
    name: 'a chunked body with LIST in it, then LIST',
    bytes: chunked('5\r\nLIST \r\n1;x=y\r\n/\r\n0\r\n\r\n') + list,
    requests: [
      ['POST', 'LIST /'],
      ['LIST', ''],
    ],
  },
  {
    name: 'a chunked body with trailers, then LIST',
    bytes: chunked('2\r\nab\r\n0\r\nX-T: LIST \r\nY: z\r\n\r\n') + list,
    requests: [
      ['POST', 'ab'],
      ['LIST', ''],
    ],
  },
  {
    name: 'upper-case sizes and leading zeros',
    bytes: chunked(`000A\r\n0123456789\r\n00\r\n\r\n`) + list,
    requests: [
      ['POST', '0123456789'],
      ['LIST', ''],
    ],
  },
  {
    name: 'a body on GET and on LIST',
    bytes: [get, list]
      .map((text) => text.replace(host, `${host}Content-Length: 5\r\n`) + 'LIST ')
      .join(''),
    requests: [
      ['GET', 'LIST '],
      ['LIST', 'LIST '],
    ],
  },
  {
    name: 'an empty line before the request line',
    bytes: `\r\n${list}\r\n${get}`,
    requests: [
      ['LIST', ''],
      ['GET', ''],
    ],
  },
  {
    name: 'a length of zero',
    bytes: post('Content-Length: 0\r\n', '') + list,
    requests: [
      ['POST', ''],
      ['LIST', ''],
    ],
  },
  {
    name: 'nothing is read behind Connection: close',
    bytes: list.replace(host, `${host}Connection: close\r\n`) + list,
    requests: [['LIST', '']],
  },
];

export const refusedCases: readonly FramingCase[] = [
  refused(
    'length and chunked',
    post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  ),
  refused(
    'chunked and length',
    post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'),
  ),
  refused('two lengths', post('Content-Length: 5\r\nContent-Length: 6\r\n', 'LIST /')),
  refused('two equal lengths', post('Content-Length: 5\r\nContent-Length: 5\r\n', 'LIST ')),
  refused('a length with a sign', post('Content-Length: +5\r\n', 'LIST ')),
  refused('a list of lengths', post('Content-Length: 5, 5\r\n', 'LIST ')),
  refused('a negative length', post('Content-Length: -1\r\n', '')),
  refused('a length beyond 2^64', post('Content-Length: 18446744073709551616\r\n', '')),
  refused('a hexadecimal length', post('Content-Length: 0x5\r\n', 'LIST ')),
  refused('a space before the colon', post('Content-Length : 5\r\n', 'LIST ')),
  refused('a header that begins with a space', `GET / HTTP/1.1\r\n${host} X: y\r\n\r\n`),
  refused('an unknown transfer coding', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')),
  refused('chunked is not last', post('Transfer-Encoding: chunked, identity\r\n', '0\r\n\r\n')),
  refused(
    'two transfer codings',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  ),
  refused('bare line feeds', 'GET / HTTP/1.1\nHost: a\n\n'),
  refused('a bare line feed after a header', `GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n`),
  refused('a folded header', `GET / HTTP/1.1\r\n${host}X: y\r\n z\r\n\r\n`),
  refused('a carriage return in a value', `GET / HTTP/1.1\r\n${host}X: y\rz\r\n\r\n`),
  refused('a NUL in a value', `GET / HTTP/1.1\r\n${host}X: y\0z\r\n\r\n`),
  refused('a NUL in a name', `GET / HTTP/1.1\r\n${host}X\0: y\r\n\r\n`),
  refused('an empty header name', `GET / HTTP/1.1\r\n${host}: y\r\n\r\n`),
  refused('a raw byte above ASCII in the path', `GET /v1/\xe9 HTTP/1.1\r\n${host}\r\n`),
  refused('a lower-case verb', `list /v1/x HTTP/1.1\r\n${host}\r\n`),
  refused('a mixed-case verb', `LIsT /v1/x HTTP/1.1\r\n${host}\r\n`),
  refused('a verb that only begins like ours', `LISTS /v1/x HTTP/1.1\r\n${host}\r\n`),
  refused('a verb followed by a tab', `LIST\t/v1/x HTTP/1.1\r\n${host}\r\n`),
  refused('a space before the verb', ` LIST /v1/x HTTP/1.1\r\n${host}\r\n`),
  {
    name: 'HTTP/2 without asking',
    bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    requests: [],
    closed: true,
  },
  refused('an unknown version', `LIST /v1/x HTTP/1.7\r\n${host}\r\n`),
  refused('a chunk size with 0x', chunked('0x5\r\nLIST \r\n0\r\n\r\n')),
  refused('a chunk size that is no number', chunked('LIST \r\n\r\n')),
  refused('no line end after a chunk', chunked('5\r\nLIST 0\r\n\r\n')),
  refused('a bare line feed after a chunk size', chunked('5\nLIST \r\n0\r\n\r\n')),
  refused('a chunk size that overflows', chunked('fffffffffffffffff\r\nLIST ')),
  refused(
    'a chunk extension without end',
    chunked(`5;${'x'.repeat(17_000)}\r\nLIST \r\n0\r\n\r\n`),
    413,
  ),
  refused('headers without end', `GET / HTTP/1.1\r\n${host}X: ${'y'.repeat(17_000)}\r\n\r\n`, 431),
];

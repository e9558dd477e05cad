/** A client that closes its side after asking (`printf … | nc -N`) is answered by the agent. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';

test('a client that half-closes gets the answers of reads and writes alike', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken } = await agent.initialiseAndUnseal();
  const ask = async (line: string, body = ''): Promise<string> => {
    const socket = connect(agent.socket);
    const head = [`${line} HTTP/1.1`, 'Host: localhost', `X-Vault-Token: ${rootToken}`];
    socket.end(`${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };
  assert.match(await ask('GET /v1/sys/health'), /^HTTP\/1\.1 200 /u);
  assert.match(await ask('GET /v1/sys/mounts'), /^HTTP\/1\.1 200 [\s\S]*cubbyhole\//u);
  assert.match(await ask('POST /v1/cubbyhole/a', '{"a":"b"}'), /^HTTP\/1\.1 204 /u);
  assert.match(await ask('LIST /v1/cubbyhole/'), /^HTTP\/1\.1 200 [\s\S]*"keys":\["a"\]/u);
});

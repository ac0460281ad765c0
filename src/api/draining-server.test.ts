import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { createDrainingServer, type DrainingServer, type ServerLimits } from './draining-server.ts';

const long = 60_000;
let running: DrainingServer;

/** Answers with how many bytes it got. */
async function start(limits: Partial<ServerLimits>): Promise<number> {
  running = createDrainingServer(
    {
      requestTimeout: long,
      idleTimeout: long,
      connectionsCheckingInterval: 20,
      maxConnections: 100,
      maxConnectionsPerAddress: 100,
      minReadBytesPerSecond: 1,
      ...limits,
    },
    (request, response) =>
      void text(request).then(
        (body) => response.end(`${body.length} bytes`),
        // Cut, as is wanted.
        () => {},
      ),
  );
  running.server.listen(0, '127.0.0.1');
  await once(running.server, 'listening');
  return (running.server.address() as AddressInfo).port;
}
afterEach(() => running.drain(0));

/** What comes back to a client that announces ten bytes, and sends some of them, one after each pause. */
async function send(
  port: number,
  pauseMs: number,
  { connection = 'close', bytes = 10 } = {},
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const answer = text(socket);
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\nContent-Length: 10\r\n\r\n`,
  );
  for (let sent = 0; sent < bytes && socket.writable; sent++) {
    await sleep(pauseMs);
    socket.write('x');
  }
  return answer;
}

test('a request that takes too long gets 408, however steadily it comes', async () => {
  const port = await start({ requestTimeout: 1_000 });
  expect(await send(port, 5)).toMatch(/^HTTP\/1.1 200 .*10 bytes/s);
  // Not to the end: a byte that is on its way when the server closes would cost the client the answer.
  expect(await send(port, 100, { bytes: 4 })).toMatch(/^HTTP\/1.1 408 /);
});

test('a connection on which nothing comes is cut', async () => {
  const port = await start({ idleTimeout: 100 });
  expect(await send(port, 20)).toMatch(/^HTTP\/1.1 200 .*10 bytes/s);
  expect(await send(port, 300)).toBe('');
});

test('a client keeps its connection until the server ends', async () => {
  const port = await start({});
  const { headers } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '' });
  expect(headers.get('connection')).toBe('keep-alive');
});

test('draining lets a request end that is on its way, together with its connection, and takes no other', async () => {
  const port = await start({});
  const answer = send(port, 30, { connection: 'keep-alive' });
  await sleep(60);
  const drained = running.drain(long);
  expect(await answer).toMatch(/^HTTP\/1.1 200 .*^Connection: close\r$.*10 bytes/ms);
  await drained;
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test('with too many connections, those idle for longest go, and none with a request under way', async () => {
  const port = await start({ maxConnections: 3 });
  const under = send(port, 20);
  const idle: { socket: Socket; closed: boolean }[] = [];
  for (let count = 0; count < 20; count++) {
    const connection = { socket: connect(port, '127.0.0.1'), closed: false };
    connection.socket.on('error', () => {});
    connection.socket.once('close', () => {
      connection.closed = true;
    });
    await once(connection.socket, 'connect');
    // Some stop in the middle of their head.
    if (count % 2 === 0) connection.socket.write('POST / HTTP/1.1\r\nHost: x\r\n');
    idle.push(connection);
  }
  expect(await under).toMatch(/^HTTP\/1.1 200 .*10 bytes/s);
  while (idle.filter(({ closed }) => !closed).length > 3) await sleep(5);
  expect(idle.at(-1)?.closed).toBe(false);
  for (const { socket } of idle) socket.destroy();
});

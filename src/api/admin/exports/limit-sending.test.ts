import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { afterEach, expect, jest, test } from '@jest/globals';
import { limitSending, type SendingLimits } from './limit-sending.ts';

const long = 60_000;
/** More than what the sockets of both sides hold. */
const pieces = 400;
const piece = 'x'.repeat(64 * 1024);

let server: Server;
let sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  server.closeAllConnections();
  server.close();
});

/** A server that sends the pieces to whoever comes; `outcome` is how the first answer ends. */
async function start(limits: SendingLimits, waitBeforeMs = 0) {
  let sent = 0;
  const outcome = new Promise<string>((resolve) => {
    server = createServer((_, response) => {
      async function* source() {
        if (waitBeforeMs > 0) await new Promise((done) => setTimeout(done, waitBeforeMs));
        for (let index = 0; index < pieces; index++) {
          yield piece;
          sent++;
        }
      }
      const watched = limitSending(response, source(), limits, resolve);
      pipeline(Readable.from(watched, { objectMode: true, highWaterMark: 1 }), response, () => {});
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  return { socket, outcome, sent: () => sent };
}

test('lets pass what is read', async () => {
  const { socket, outcome, sent } = await start({ stallMs: long, deadlineMs: long });
  socket.resume();
  expect(await outcome).toBe('finished');
  expect(sent()).toBe(pieces);
});

test('cuts off who reads nothing any more', async () => {
  const { outcome, sent, socket } = await start({ stallMs: 200, deadlineMs: long });
  expect(await outcome).toBe('stalled');
  expect(sent()).toBeLessThan(pieces);
  socket.resume();
  await once(socket, 'close');
});

test('cuts off who takes too long in all', async () => {
  const { outcome } = await start({ stallMs: long, deadlineMs: 200 });
  expect(await outcome).toBe('deadline');
});

test('has patience while there is nothing to read yet', async () => {
  // The clock is set, and not waited for: on a busy machine the client may take a second to read.
  const clock = jest.spyOn(Date, 'now').mockReturnValue(0);
  const { socket, outcome } = await start({ stallMs: 1_000, deadlineMs: long }, 1_000);
  await once(server, 'request');
  clock.mockReturnValue(long);
  socket.resume();
  expect(await outcome).toBe('finished');
  clock.mockRestore();
});

test('tells of a client that left', async () => {
  const { socket, outcome } = await start({ stallMs: long, deadlineMs: long });
  await once(socket, 'readable');
  socket.destroy();
  expect(await outcome).toBe('connection_closed');
});

test('tells at once of a client that has left before', async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const closed = once(response, 'close');
  socket.destroy();
  await closed;
  const outcomes: string[] = [];
  const limits = { stallMs: long, deadlineMs: long };
  limitSending(response, Readable.from([piece]), limits, (outcome) => outcomes.push(outcome));
  expect(outcomes).toEqual(['connection_closed']);
});

test('tells of a source that failed', async () => {
  const outcome = new Promise<string>((resolve) => {
    server = createServer((_, response) => {
      async function* source() {
        yield piece;
        throw new Error('the database is away');
      }
      const watched = limitSending(
        response,
        source(),
        { stallMs: long, deadlineMs: long },
        resolve,
      );
      pipeline(Readable.from(watched), response, () => {});
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  socket.resume();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await outcome).toBe('failed');
});

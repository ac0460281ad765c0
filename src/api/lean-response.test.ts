import { once } from 'node:events';
import { createServer, type RequestListener, ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { FirstHeaders, LeanResponse } from './lean-response.ts';

/** What a client gets, byte for byte but for the time. */
async function answer(
  Response: typeof ServerResponse,
  listener: RequestListener,
  request = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
): Promise<string> {
  const server = createServer({ ServerResponse: Response }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.end(request);
    return (await text(socket)).replace(/^Date: .*\r\n/m, 'Date: now\r\n');
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const listeners: Record<string, RequestListener> = {
  'with headers of all kinds': (_, response) => {
    response.setHeader('X-One', 'one').setHeader('X-Number', 2).setHeader('x-one', 'changed');
    response.setHeader('Set-Cookie', ['a=1', 'b=2']);
    response
      .setHeaders(new Map([['X-From', 'a map']]))
      .setHeaders(new Headers({ 'X-Of': 'fetch' }));
    response.appendHeader('X-Many', '1').appendHeader('x-many', ['2', '3']);
    response.setHeader('X-Gone', 'x').removeHeader('x-gone');
    response.end('body');
  },
  'that begins like others': (_, response) => {
    response.setHeaders(
      new FirstHeaders([
        ['X-First', '1'],
        ['X-Second', '2'],
      ]),
    );
    response.setHeader('x-second', 'changed').setHeader('X-Third', '3').removeHeader('X-First');
    response.end('body');
  },
  'that begins like others too late': (_, response) => {
    response.setHeader('X-First', 'own').setHeaders(
      new FirstHeaders([
        ['x-first', '1'],
        ['X-Second', '2'],
      ]),
    );
    response.end('body');
  },
  'with a length': (_, response) => {
    response.setHeader('Content-Length', 4).end('body');
  },
  'whose time and length are not wanted': (_, response) => {
    response.setHeader('Content-Length', 4).removeHeader('Content-Length');
    response.removeHeader('Date');
    response.end('body');
  },
  'with a head from an object': (_, response) => {
    response.setHeader('X-One', 'one').setHeader('X-Two', 'two');
    response.writeHead(201, { 'X-Two': 'changed', 'X-Three': 'three' }).end('body');
  },
  'with a head from a list, and a reason': (_, response) => {
    response.writeHead(409, 'Not Now', ['X-One', 'one', 'X-Two', 'two']).end('body');
  },
  'with no header': (_, response) => void response.writeHead(200).end('body'),
  'without a body': (_, response) => void response.setHeader('ETag', '"1"').writeHead(304).end(),
  'with nothing': (_, response) => void response.writeHead(204).end(),
  'of parts': (_, response) => void Readable.from(['a', 'b', 'c']).pipe(response),
  'whose head goes first': (_, response) => {
    response.setHeader('X-One', 'one').flushHeaders();
    response.end('body');
  },
};

describe('LeanResponse', () => {
  it.each(Object.entries(listeners))('answers as Node does %s', async (_, listener) => {
    for (const request of [
      undefined,
      'HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'GET / HTTP/1.0\r\n\r\n',
    ])
      expect(await answer(LeanResponse as typeof ServerResponse, listener, request)).toBe(
        await answer(ServerResponse, listener, request),
      );
  });

  it('tells of its headers as Node does', async () => {
    const seen: unknown[] = [];
    const listener: RequestListener = (_, response) => {
      response
        .setHeader('X-One', 'one')
        .setHeader('Set-Cookie', ['a=1', 'b=2'])
        .setHeader('Age', 3);
      seen.push([
        response.getHeader('x-ONE'),
        response.getHeader('set-cookie'),
        response.getHeader('age'),
        response.getHeader('x-none'),
        response.hasHeader('AGE'),
        response.hasHeader('x-none'),
        response.getHeaderNames(),
        { ...response.getHeaders() },
        response.headersSent,
      ]);
      response.end('body');
      seen.push([response.headersSent, response.getHeader('age')]);
    };
    await answer(ServerResponse, listener);
    await answer(LeanResponse as typeof ServerResponse, listener);
    expect(seen.slice(2)).toEqual(seen.slice(0, 2));
  });

  it.each([
    ['a value that would end the line', 'X-One', 'one\r\nX-Two: two', 'ERR_INVALID_CHAR'],
    ['a name that is none', 'X One', 'one', 'ERR_INVALID_HTTP_TOKEN'],
  ])('refuses %s, at the latest when the head is written', async (_, name, value, code) => {
    const thrown: unknown[] = [];
    const got = await answer(LeanResponse as typeof ServerResponse, (_request, response) => {
      try {
        response.setHeader(name, value).end('body');
      } catch (error) {
        thrown.push((error as NodeJS.ErrnoException).code);
        response.removeHeader(name);
        response.writeHead(500).end();
      }
    });
    expect(thrown).toEqual([code]);
    expect(got).toMatch(/^HTTP\/1.1 500 /);
    expect(got).not.toContain('two');
  });

  it('refuses a header that comes too late', async () => {
    const thrown: unknown[] = [];
    await answer(LeanResponse as typeof ServerResponse, (_, response) => {
      response.write('body');
      for (const late of [
        () => response.setHeader('X-One', 'one'),
        () => response.appendHeader('X-One', 'one'),
        () => response.removeHeader('X-One'),
        () => response.writeHead(200),
      ]) {
        try {
          late();
        } catch (error) {
          thrown.push((error as NodeJS.ErrnoException).code);
        }
      }
      response.end();
    });
    expect(thrown).toEqual(Array(4).fill('ERR_HTTP_HEADERS_SENT'));
  });
});

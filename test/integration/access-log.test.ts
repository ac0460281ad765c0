import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { pino } from 'pino';
import type { ApiState } from '../../src/api/context.ts';
import { accessLog } from '../../src/api/middleware/access-log.ts';
import { problemDetails } from '../../src/api/middleware/problem-details.ts';
import { type Problem, startTestApi, type TestApi } from '../helpers/test-api.ts';
import { waitFor } from '../helpers/wait-for.ts';

type Line = Record<string, unknown>;

const lines: Line[] = [];
const logger = pino(
  { level: 'debug' },
  { write: (line: string) => void lines.push(JSON.parse(line)) },
);
const info = 30;
const warn = 40;
const error = 50;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ logger });
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(() => api.stop());

const ingest = '/api/integrations/transactions';
const row = { transaction_id: 't', account_id: 'a', amount: '-1', currency: 'USD' };
const atLeastInfo = () => lines.filter(({ level }) => Number(level) >= info);

describe('a request', () => {
  test('that succeeds is told at debug only, with its batch', async () => {
    const transactions = [{ ...row, date: '2026-01-31' }];
    const { body } = await api.post<{ batch_id: string }>(ingest, { transactions });
    await api.get(`/api/integrations/batches/${body.batch_id}`);
    expect(atLeastInfo()).toEqual([]);
    expect(lines.filter(({ msg }) => msg === 'request')).toMatchObject([
      { route: ingest, status: 202, batch_id: body.batch_id },
      { route: '/api/integrations/batches/:id', status: 200, batch_id: body.batch_id },
    ]);
  });

  test('that is refused is told with its code, key and route, and with nothing that it holds', async () => {
    const { status } = await api.post<Problem>(`${ingest}?LEAK=1`, { transactions: ['LEAK'] });
    expect(status).toBe(400);
    await api.get('/api/reports/account/LEAK/summary?start_date=LEAK');
    await api.get('/api/integrations/batches/LEAK');
    await api.get('/LEAK');
    expect(atLeastInfo()).toMatchObject([
      { level: info, msg: 'refused', code: 'invalid_request', status: 400, route: ingest },
      { code: 'invalid_request', route: '/api/reports/account/:accountId/summary' },
      { code: 'not_found', route: '/api/integrations/batches/:id', apiKeyId: expect.any(Number) },
      { code: 'not_found', route: 'none' },
    ]);
    expect(JSON.stringify(lines)).not.toContain('LEAK');
  });
});

describe('refusals in great number', () => {
  test('are summed up for each client and code, so that nobody fills the log', async () => {
    const flooded = await startTestApi({ beside: api, logger, redisUrl: null });
    const send = (headers: Record<string, string>) =>
      flooded.post<Problem>(ingest, { transactions: [] }, headers);
    await Promise.all([...Array(10)].map(() => send({})));
    // What is refused while the process drains counts too.
    flooded.beginStopping();
    for (let round = 0; round < 50; round++)
      await Promise.all([...Array(20)].map(() => send({ Authorization: 'Bearer wrong' })));
    const written = atLeastInfo().length;
    lines.length = 0;
    await flooded.stop();
    expect(written).toBe(9);
    expect(atLeastInfo()).toMatchObject([
      { code: 'invalid_request', apiKeyId: expect.any(Number), count: 7 },
      // By default an address may be wrong 300 times a minute.
      { code: 'unauthenticated', network: '127.0.0.1', count: 297 },
      { code: 'rate_limited', network: '127.0.0.1', count: 697 },
    ]);
  });
});

describe('what is wrong on our side', () => {
  /** The lines of a route that does this. */
  async function linesOf(work: () => Promise<unknown>): Promise<Line[]> {
    const app = new Koa<ApiState>();
    app.silent = true;
    app.use(accessLog(logger, new AbortController().signal));
    app.use(problemDetails());
    app.use(async (ctx) => {
      await work();
      ctx.body = 'done';
    });
    const server = createServer(app.callback()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.close();
    server.closeAllConnections();
    return atLeastInfo();
  }

  test('is an error in one line with its cause where nobody expects it', async () => {
    const cause = new TypeError('nobody expects this');
    expect(await linesOf(() => Promise.reject(cause))).toMatchObject([
      {
        level: error,
        msg: 'request failed',
        status: 500,
        code: 'internal_error',
        err: { type: 'TypeError' },
      },
    ]);
  });

  test('is a warning where it passes by itself', async () => {
    const work = () =>
      api.database.transaction(async (trx) => {
        await trx.raw('SET LOCAL statement_timeout = 10');
        await trx.raw('SELECT pg_sleep(10)');
      });
    expect(await linesOf(work)).toMatchObject([
      { level: warn, msg: 'request failed', status: 503, code: 'overloaded' },
    ]);
  });

  test('is told where a request took long', async () => {
    expect(await linesOf(() => api.database.raw('SELECT pg_sleep(2.01)'))).toMatchObject([
      { level: info, msg: 'slow request', status: 200 },
    ]);
  });
});

test('a client that leaves in the middle is told without a status', async () => {
  const { port } = new URL(api.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST ${ingest} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.key}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  );
  socket.end();
  const line = await waitFor(async () =>
    atLeastInfo().find(({ msg }) => msg === 'the client left before its request was whole'),
  );
  expect(line).toMatchObject({ level: info, route: ingest });
  expect(line.status).toBeUndefined();
});

import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { newRows, toBody } from '../load/batches.ts';
import { accounts } from '../load/fill.ts';
import { rangeEnding } from '../scenarios/06-report.ts';

/** The API and the key that the attacker uses. */
export interface AttackTarget {
  baseUrl: string;
  apiKey: string;
}

export interface Attack {
  title: string;
  /** Attacks until the signal aborts. Calls `begin` once everything is prepared. */
  run(target: AttackTarget, begin: () => void, signal: AbortSignal): Promise<unknown>;
}

const ingestPath = '/api/integrations/transactions';
const largeBodies = 4;
const rowsPerLargeBody = 100_000;
const smallBodyClients = 64;
const slowBodies = 40;
const dripMs = 1_000;
const reportClients = 32;
const hostileClients = 8;

/** Attacks on an API process that a holder of a key with the scopes `ingest` and `read` can make. */
export const attacks = {
  'large-bodies': {
    title: 'bodies of 100,000 rows',
    run: (target, begin, signal) => {
      const bodies = Array.from({ length: largeBodies }, () => toBody(newRows(rowsPerLargeBody)));
      begin();
      return inParallel(largeBodies, signal, (client) =>
        send(target, 'POST', ingestPath, json, bodies[client], signal),
      );
    },
  },
  'small-bodies': {
    title: 'batches of one row',
    run: (target, begin, signal) => {
      begin();
      return inParallel(smallBodyClients, signal, () =>
        send(target, 'POST', ingestPath, json, toBody(newRows(1)), signal),
      );
    },
  },
  'slow-bodies': {
    title: 'bodies and streams that never end',
    run: (target, begin, signal) => {
      const row = toBody(newRows(1)).subarray('{"transactions":['.length, -2);
      begin();
      return inParallel(slowBodies * 2, signal, (client) =>
        client % 2 === 0
          ? drip(
              target,
              { 'content-type': 'application/x-ndjson' },
              Buffer.from(`${row}\n`),
              signal,
            )
          : drip(target, { ...json, 'content-length': 60_000_000 }, Buffer.from(' '), signal),
      );
    },
  },
  'costly-reports': {
    title: 'reports that are not cached',
    run: (target, begin, signal) => {
      let asked = 0;
      begin();
      return inParallel(reportClients, signal, () => {
        const { startDate, endDate } = rangeEnding(asked++ % 10_000);
        const query = `start_date=${startDate}&end_date=${endDate}`;
        const path = `/api/reports/account/${accounts.large.id}/summary?${query}`;
        return send(target, 'GET', path, {}, undefined, signal);
      });
    },
  },
  'hostile-bodies': {
    title: 'bodies that unfold or are all wrong',
    run: (target, begin, signal) => {
      const gzip = { 'content-encoding': 'gzip' };
      const lines = { 'content-type': 'application/x-ndjson' };
      const forms: [Record<string, string>, Buffer][] = [
        [{ ...json, ...gzip }, gzipSync(`{"transactions":[${'{},'.repeat(2_000_000)}{}]}`)],
        [{ ...json, ...gzip }, gzipSync(Buffer.alloc(60_000_000, ' '))],
        [json, Buffer.from(`{"transactions":[${'{},'.repeat(99_999)}{}]}`)],
        [json, Buffer.alloc(1_000_000, '[')],
        [{ ...lines, ...gzip }, gzipSync(Buffer.alloc(16_000_000, '\n'))],
        [lines, Buffer.from('{}\n'.repeat(500_000))],
      ];
      let sent = 0;
      begin();
      return inParallel(hostileClients, signal, () => {
        const [headers, body] = forms[sent++ % forms.length] as (typeof forms)[number];
        return send(target, 'POST', ingestPath, headers, body, signal);
      });
    },
  },
} satisfies Record<string, Attack>;

export type AttackName = keyof typeof attacks;

const json = { 'content-type': 'application/json' };

/** Repeats the work in parallel loops, whether it fails or not, until the signal aborts. */
async function inParallel(
  loops: number,
  signal: AbortSignal,
  work: (loop: number) => Promise<unknown>,
): Promise<void> {
  const repeat = async (_: unknown, loop: number) => {
    // A refusal comes at once, and an attacker would retry at once.
    while (!signal.aborted) await work(loop).catch(() => sleep(1));
  };
  await Promise.all(Array.from({ length: loops }, repeat));
}

/** Resolves once the response has ended, whatever its status. */
function send(
  { baseUrl, apiKey }: AttackTarget,
  method: string,
  path: string,
  headers: Record<string, string | number>,
  body: Buffer | undefined,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
      signal,
    });
    sent.once('response', (response) => response.resume().once('close', resolve));
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Sends the part once a second until the response ends. */
async function drip(
  { baseUrl, apiKey }: AttackTarget,
  headers: Record<string, string | number>,
  part: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const sent = request(baseUrl + ingestPath, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, ...headers },
    signal,
    agent: false,
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  sent.once('error', () => end());
  sent.once('response', (response) => response.resume().once('close', end));
  sent.write(part);
  const timer = setInterval(() => sent.write(part), dripMs);
  await ended;
  clearInterval(timer);
  sent.destroy();
}

import { once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import type { HealthAnswer } from '../helpers/ask-health.ts';
import { type ClientRow, makeRows, p95 } from '../helpers/client-record.ts';
import { faultTimeoutMs } from '../helpers/fault-stack.ts';
import { faults } from '../helpers/faults.ts';
import { inflict } from '../helpers/inflict.ts';
import { isThorough, recordObservation } from '../helpers/reliability-record.ts';
import { startFaultSuite } from '../helpers/start-fault-suite.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What the API may take to end that has nothing to wait for but the requests at hand. */
const drainMs = 10_000;
/** Until the transaction of a client is given up that has left. */
const releaseMs = 5_000;

const { stack, client } = await startFaultSuite();

function openPost(contentType: string, agent: Agent | undefined): ClientRequest {
  return request({
    agent,
    port: stack.apiPort,
    host: '127.0.0.1',
    method: 'POST',
    path: '/api/integrations/transactions',
    headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': contentType },
  });
}

/** Transactions that the API has open at this moment. */
const openTransactions = () =>
  stack
    .database('pg_stat_activity')
    .where({ application_name: 'tallyflow-api' })
    .whereNotNull('xact_start')
    .select('state', 'query');

/** Posts a batch. Gives the status, or the error's code when there was no answer. */
async function post(rows: ClientRow[], agent: Agent | undefined): Promise<number | string> {
  const outgoing = openPost('application/json', agent);
  try {
    outgoing.end(JSON.stringify({ transactions: rows }));
    const [response] = await once(outgoing, 'response');
    for await (const _ of response);
    if (response.statusCode === 202) client.noteAccepted(rows);
    return response.statusCode;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

describe('an API under load that is told to end', () => {
  it(
    'answers every request that it has taken',
    async () => {
      let answerCount = 0;
      const ends = new Map<string, number | string>();
      const run = async (label: string, agent: Agent | undefined) => {
        for (let batch = 0; ; batch++) {
          const end = await post(makeRows(`${label}-${batch}`, 50, 'loaded'), agent);
          if (end === 202) answerCount++;
          else return ends.set(label, end);
        }
      };
      const agents = Array.from(
        { length: 30 },
        () => new Agent({ keepAlive: true, maxSockets: 1 }),
      );
      // These keep their connections, as a system's pool does; a connection that is not yet taken when
      // the API stops to listen is reset by the system, which is no request taken, and so not stored.
      const kept = agents.map((agent, index) => run(`kept-${index}`, agent));
      const others = Array.from({ length: 5 }, (_, index) => run(`new-${index}`, undefined));
      await waitFor(async () => answerCount > 100);
      const { how, ms } = await stack.stop('api');
      expect(how).toBe('0');
      expect(ms).toBeLessThan(drainMs);
      await Promise.all([...kept, ...others]);
      const unanswered = [...ends].filter(([label]) => label.startsWith('kept'));
      expect(unanswered.map(([, end]) => end)).toEqual(unanswered.map(() => 'ECONNREFUSED'));
      await stack.start('api');
      // Starts that were still waiting when the API ended are the sweep's.
      await stack.sweep();
      await client.reconcile(120_000);
    },
    faultTimeoutMs,
  );
});

describe('a client that disappears in the middle of its stream', () => {
  it(
    'leaves nothing behind, neither rows nor an open transaction',
    async () => {
      const stream = openPost('application/x-ndjson', undefined);
      stream.on('error', () => {});
      const rows = makeRows('disappeared', 200_000);
      for (const [index, row] of rows.slice(0, 100_000).entries()) {
        if (!stream.write(`${JSON.stringify(row)}\n`)) await once(stream, 'drain');
        if (index % 1_000 === 0) await nextTurn();
      }
      await waitFor(async () => (await openTransactions()).length === 1);
      stream.destroy();
      await waitFor(async () => (await openTransactions()).length === 0, releaseMs);
      await client.reconcile();
    },
    faultTimeoutMs,
  );
});

it.each(
  [...(isThorough ? [faults.apiRestarted] : []), faults.apiKilledOften, faults.clientsStall].map(
    (fault) => [fault.name, fault] as const,
  ),
)(
  'nothing is lost, doubled or half stored when %s',
  async (_, fault) => {
    await inflict(stack, client, fault);
  },
  faultTimeoutMs,
);

/** As fast as they can. */
const flooders = 64;
const floodMs = isThorough ? 120_000 : 15_000;
/** What it has let in takes longer to process than it took to come. */
const floodTimeoutMs = faultTimeoutMs * 2 + floodMs * 5;
/** What one maximal body may need, and everything else; the bodies of all clients together are five times as much. */
const maxResidentBytes = 700 * 2 ** 20;
/** For how long the image's health check waits. */
const healthMs = 3_000;

it(
  'an API that gets more than it can take stays within its memory, says so, answers for its health, and loses nothing',
  async () => {
    const rowsBefore = client.acknowledged;
    const statuses = new Map<number, number>();
    const refusals: Record<string, number> = {};
    let isOver = false;
    const flood = async (flooder: number) => {
      for (let batch = 0; !isOver; batch++) {
        const rows = makeRows(`flood-${flooder}-${batch}`, 4_000, 'flood');
        const answer = await client.post(rows);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status === 202) continue;
        refusals[answer.body.code] = (refusals[answer.body.code] ?? 0) + 1;
        expect([answer.body.code, [429, 503].includes(answer.status)]).toEqual([
          answer.body.code,
          true,
        ]);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        // What got no 202 is sent again, as a client should.
        while ((await client.post(rows)).status !== 202);
      }
    };
    await using asking = new Worker(new URL('../helpers/ask-health.ts', import.meta.url), {
      workerData: `http://127.0.0.1:${stack.apiPort}`,
    });
    let residentBytes = 0;
    const watch = async () => {
      while (!isOver) {
        residentBytes = Math.max(residentBytes, stack.residentBytes('api'));
        await sleep(250);
      }
    };
    const running = [watch(), ...Array.from({ length: flooders }, (_, index) => flood(index))];
    await sleep(floodMs);
    isOver = true;
    await Promise.all(running);
    const endedAt = performance.now();
    asking.postMessage('over');
    const [health] = (await once(asking, 'message')) as [HealthAnswer[]];
    expect(health.length).toBeGreaterThan(10);
    expect(health.filter(({ status, ms }) => status !== 200 || ms > healthMs)).toEqual([]);
    expect(residentBytes).toBeLessThan(maxResidentBytes);
    await stack.sweep();
    const seen = await client.reconcile(floodTimeoutMs / 2);
    recordObservation(70, {
      ...seen,
      fault: `${flooders} clients post as fast as they can for ${floodMs / 1_000} s`,
      running: `batches of 4,000 rows; API at most ${Math.round(residentBytes / 2 ** 20)} MB resident, health within ${Math.round(p95(health.map(({ ms }) => ms)))} ms (95 of 100)`,
      promised: '202, or 429 or 503 with Retry-After; health stays answerable, memory bounded',
      batches: statuses.get(202) ?? 0,
      acknowledged: seen.acknowledged - rowsBefore,
      stored: seen.stored - rowsBefore,
      acceptedMeanwhile: statuses.get(202) ?? 0,
      refusals,
      firstAcceptedMs: null,
      allCompletedMs: Math.round(performance.now() - endedAt),
    });
  },
  floodTimeoutMs,
);

import { once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClientRecord, type ClientRow, makeRows } from '../helpers/client-record.ts';
import { FaultStack, faultTimeoutMs } from '../helpers/fault-stack.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What the API may take to end that has nothing to wait for but the requests at hand. */
const drainMs = 10_000;
/** Until the transaction of a client is given up that has left. */
const releaseMs = 5_000;

let stack: FaultStack;
let client: ClientRecord;

beforeAll(async () => {
  stack = await FaultStack.start();
  client = new ClientRecord(stack);
  await client.teach();
}, faultTimeoutMs);

afterAll(() => stack?.close(), faultTimeoutMs);

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

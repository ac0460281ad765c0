import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type ClientAnswer, type ClientRow, makeRows } from '../helpers/client-record.ts';
import { faultTimeoutMs } from '../helpers/fault-stack.ts';
import { type Fault, faults } from '../helpers/faults.ts';
import { inflict } from '../helpers/inflict.ts';
import { isThorough } from '../helpers/reliability-record.ts';
import { mountSmallDisk, type SmallDisk } from '../helpers/small-disk.ts';
import { startFaultSuite } from '../helpers/start-fault-suite.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What a client may wait for its answer while the database is away. */
const patienceMs = 5_000;

const { stack, client } = await startFaultSuite();

/** Posts 100,000 rows, and waits until the first of them are done. Gives the batch's id. */
async function postAndBegin(label: string): Promise<string> {
  const { status, body } = await client.post(makeRows(label, 100_000));
  expect({ status, code: body.code }).toEqual({ status: 202, code: undefined });
  const batch = () => stack.database('batches').where({ id: body.batch_id }).first();
  await waitFor(async () => (await batch()).completedCount > 0);
  return body.batch_id;
}

function expectUnavailable(answers: ClientAnswer[]): void {
  for (const { status, headers, body, ms } of answers) {
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'database_unavailable' });
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(ms).toBeLessThan(patienceMs);
  }
}

/** Answers while the database is away: with a key that the API may remember, and with one that it must look up. */
async function askAll(batch: ClientRow[], label: string, batchId: string): Promise<ClientAnswer[]> {
  const unknownKey = { authorization: `Bearer ${randomUUID()}` };
  return Promise.all([
    client.post(batch),
    client.post(makeRows(`${label}-unknown`, 10), unknownKey),
    client.getBatch(batchId),
    client.request('GET', '/api/integrations/batches', undefined, unknownKey),
    client.getReport(`never-asked-for-${randomUUID()}`),
  ]);
}

/** Filled within seconds. */
const diskMegabytes = 24;
const disk = mountSmallDisk(diskMegabytes);

afterAll(() => disk?.remove());

// First, while the table is small. Skipped where mounting is not allowed, as in most containers.
(disk === null ? it.skip : it)(
  "batches are refused while PostgreSQL's disk is full, and accepted once there is room",
  async () => {
    const small = disk as SmallDisk;
    const fault: Fault = {
      name: "PostgreSQL's disk is full",
      part: 'postgres',
      promised: 'refuses',
      lastsMs: 2_000,
      async begin() {
        execFileSync('chown', ['postgres:', small.directory]);
        await stack.database.raw(`CREATE TABLESPACE small LOCATION '${small.directory}'`);
        await stack.database.raw('ALTER TABLE transactions SET TABLESPACE small');
        await waitFor(async () => {
          const { status, body } = await client.post(makeRows(`fill-${randomUUID()}`, 10_000));
          return status === 503 && body.code === 'database_unavailable';
        });
      },
      end: async () => small.enlarge(),
    };
    const { refusals } = await inflict(stack, client, fault);
    expect(refusals.database_unavailable).toBeGreaterThan(0);
    await stack.database.raw('ALTER TABLE transactions SET TABLESPACE pg_default');
    await stack.database.raw('DROP TABLESPACE small');
  },
  faultTimeoutMs,
);

/** Room for all segments of 16 MB that the log may have by then; what it leaves is filled. */
const logDisk = mountSmallDisk(256);

afterAll(() => logDisk?.remove());

// Skipped where mounting is not allowed, as the one above.
(logDisk === null ? it.skip : it)(
  "batches are refused while the disk of PostgreSQL's log is full, and accepted once there is room",
  async () => {
    const small = logDisk as SmallDisk;
    await stack.moveWriteAheadLog(small.directory);
    const fault: Fault = {
      name: "the disk of PostgreSQL's write-ahead log is full",
      part: 'postgres',
      promised: 'refuses',
      lastsMs: 2_000,
      async begin() {
        small.fill();
        await waitFor(async () => {
          const { status, body } = await client.post(makeRows(`log-${randomUUID()}`, 10_000));
          return status === 503 && body.code === 'database_unavailable';
        });
      },
      async end() {
        small.enlarge();
        // Without its log it may have stopped, or be about to; then it does not come back by itself.
        await waitFor(async () => {
          if (!stack.isRunning('postgres')) await stack.start('postgres');
          return stack.canQuery();
        });
      },
    };
    const { refusals } = await inflict(stack, client, fault);
    expect(refusals.database_unavailable).toBeGreaterThan(0);
    const said = readFileSync(path.join(stack.dataDir, 'logs', 'postgres.log'), 'utf8');
    expect(said).toMatch(/PANIC: .*No space left on device/);
  },
  faultTimeoutMs,
);

describe.each<[string, Fault]>([
  ...(isThorough ? [['restarted', faults.postgresRestarted] as [string, Fault]] : []),
  ['killed', faults.postgresKilled],
  ['paused for 20 s', faults.postgresPaused],
])('while PostgreSQL is %s', (how, fault) => {
  it(
    'requests are answered 503 within seconds, and afterwards all goes on without a restart',
    async () => {
      const survivors = [stack.pid('api'), stack.pid('worker')];
      const batchId = await postAndBegin(`${how}-open`);
      const { refusals } = await inflict(stack, client, fault, async () => {
        await expect(stack.canQuery()).resolves.toBe(false);
        const refused: ClientRow[][] = [];
        for (const round of ['first', 'second', 'third']) {
          const batch = makeRows(`${how}-${round}-refused`, 10);
          expectUnavailable(await askAll(batch, `${how}-${round}`, batchId));
          refused.push(batch);
        }
        return refused;
      });
      expect(refusals.database_unavailable).toBeGreaterThan(0);
      expect([stack.pid('api'), stack.pid('worker')]).toEqual(survivors);
    },
    faultTimeoutMs,
  );
});

it.each(
  [faults.connectionsCut, faults.outOfConnections].map((fault) => [fault.name, fault] as const),
)(
  'batches are refused while %s, and none is lost or stored twice',
  async (_, fault) => {
    await inflict(stack, client, fault);
  },
  faultTimeoutMs,
);

it('waits for a statement that is only slow', async () => {
  const { rows } = await stack.database.raw("SELECT 'at last' AS word FROM pg_sleep(4)");
  expect(rows).toEqual([{ word: 'at last' }]);
});

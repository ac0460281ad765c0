import { describe, expect, it } from '@jest/globals';
import { batchWorkflowId } from '../../src/temporal/start-batch-processing.ts';
import { alteredRelease } from '../helpers/altered-release.ts';
import { type ClientRow, makeRows } from '../helpers/client-record.ts';
import { faultTimeoutMs } from '../helpers/fault-stack.ts';
import { faults } from '../helpers/faults.ts';
import { inflict } from '../helpers/inflict.ts';
import { isThorough, recordObservation } from '../helpers/reliability-record.ts';
import { startFaultSuite } from '../helpers/start-fault-suite.ts';
import { waitFor } from '../helpers/wait-for.ts';

/** What a worker may take to finish what is at hand: its grace (30 s), and what closing costs. */
const drainMs = 35_000;

const { stack, client } = await startFaultSuite();

/** A worker has up to 50,000 rows at hand, and finishes them when it is told to end; so many more that some are left, whenever that is. */
const rowCount = 300_000;

/** Posts rows, and waits until the first of them are done. Gives the batch's id. */
async function postAndBegin(label: string): Promise<string> {
  const { body } = await client.postStream(makeRows(label, rowCount));
  await waitFor(async () => (await batchOf(body.batch_id)).completedCount > 0);
  return body.batch_id;
}

const batchOf = (id: string) => stack.database('batches').where({ id }).first();

async function expectHalfDone(id: string): Promise<void> {
  const { status, completedCount } = await batchOf(id);
  expect(status).toBe('processing');
  expect(completedCount).toBeGreaterThan(0);
  expect(completedCount).toBeLessThan(rowCount);
}

describe('a worker in the middle of a batch', () => {
  it.each(
    [faults.workerKilled, ...(isThorough ? [faults.oneOfTwoWorkersKilled] : [])].map(
      (fault) => [fault.name, fault] as const,
    ),
  )(
    'loses nothing and does nothing twice when %s',
    async (name, fault) => {
      await postAndBegin(name);
      await inflict(stack, client, fault);
    },
    faultTimeoutMs,
  );

  it(
    'that is told to end finishes what is at hand, and another one the rest',
    async () => {
      const id = await postAndBegin('drained');
      const { how, ms } = await stack.stop('worker');
      expect(how).toBe('0');
      expect(ms).toBeLessThan(drainMs);
      await expectHalfDone(id);
      await stack.start('worker');
      await client.reconcile();
    },
    faultTimeoutMs,
  );
});

it(
  'a worker of the next release goes on with the runs that are under way, by its own code',
  async () => {
    const file = 'src/workflows/batch-processing.ts';
    const status = 'function showStatus(status: Status): void {';
    const release = await alteredRelease([
      { file, find: '  isCancellation,\n', replace: '  isCancellation,\n  patched,\n' },
      {
        file,
        find: status,
        replace: `${status}\n  if (patched('next-release')) setCurrentDetails(status);`,
      },
    ]);
    const id = await postAndBegin('next-release');
    await stack.stop('worker');
    await expectHalfDone(id);
    await stack.start('worker', release.directory);
    await client.reconcile();
    const { events } = await stack.temporal.client.workflow
      .getHandle(batchWorkflowId(id))
      .fetchHistory();
    const patches = (events ?? []).flatMap(
      ({ markerRecordedEventAttributes: marker }) =>
        marker?.details?.['patch-data']?.payloads?.map(({ data }) => String(data)) ?? [],
    );
    expect(patches.filter((patch) => patch.includes('next-release'))).toHaveLength(1);
    await stack.stop('worker');
    await stack.start('worker');
    await release.remove();
  },
  faultTimeoutMs,
);

/** Six attempts, with pauses of 1, 2, 4, 8 and 16 s between them. */
const attemptsMs = 60_000;

it(
  'a row that no attempt can categorize fails its own batch, with the reason, and no other; a retry with the fault mended completes it',
  async () => {
    const find = 'for (const [row, transaction] of transactions.entries()) {';
    const poison =
      "if (transaction.merchantName === 'POISON') throw new Error('this row is poison');";
    const file = 'src/categorization/patterns/database-categorizer.ts';
    const release = await alteredRelease([{ file, find, replace: `${find}\n${poison}` }]);
    await stack.stop('worker');
    await stack.start('worker', release.directory);
    const rowsBefore = client.acknowledged;
    const poisonRows = makeRows('poison', 30);
    (poisonRows[17] as ClientRow).merchant_name = 'POISON';
    const posted = await Promise.all([
      client.post(poisonRows),
      ...[1, 2, 3, 4, 5, 6].map((each) => client.post(makeRows(`beside-poison-${each}`, 20))),
    ]);
    const startedAt = performance.now();
    const [poisonId, ...healthyIds] = posted.map(({ body }) => body.batch_id as string);
    await waitFor(async () => {
      const batches = await stack.database('batches').whereIn('id', healthyIds).pluck('status');
      return batches.every((status) => status === 'completed');
    }, attemptsMs);
    const failed = await waitFor(async () => {
      const { body } = await client.getBatch(poisonId as string);
      return body.status === 'failed' && body;
    }, attemptsMs);
    expect(failed).toMatchObject({
      failure_reason: expect.stringContaining('Processing failed: Error: The log has the message.'),
      processing_status: { pending: 0, processing: 0, completed: 0, failed: 30 },
    });
    await stack.stop('worker');
    await stack.start('worker');
    const retry = await client.request('POST', `/api/integrations/batches/${poisonId}/retry`);
    expect(retry.status).toBe(202);
    const seen = await client.reconcile();
    await release.remove();
    recordObservation(62, {
      ...seen,
      fault: 'a row makes the categorizer throw always',
      running: 'its batch, and six others beside it',
      promised: 'its batch fails with the reason, the others complete; a retry completes it',
      batches: posted.length,
      acknowledged: seen.acknowledged - rowsBefore,
      stored: seen.stored - rowsBefore,
      acceptedMeanwhile: posted.length,
      refusals: {},
      firstAcceptedMs: null,
      allCompletedMs: Math.round(performance.now() - startedAt),
    });
  },
  faultTimeoutMs,
);

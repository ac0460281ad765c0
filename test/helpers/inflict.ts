import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientRecord, ClientRow } from './client-record.ts';
import type { FaultStack } from './fault-stack.ts';
import { type Fault, faults, type Promised } from './faults.ts';
import { kafkaFaults } from './kafka-faults.ts';
import { seededRandom } from './random.ts';
import { type Observation, recordObservation } from './reliability-record.ts';
import { Traffic } from './traffic.ts';
import { waitFor } from './wait-for.ts';

/** How many batches are accepted before the fault begins, so that it strikes under load. */
const batchesUnderWay = 10;
/** The place in the table of faults that are not in a catalogue: after all that are. */
const orderOfOthers = 60;
const completedTimeoutMs = 90_000;

const promisedWords: Record<Promised, string> = {
  'goes on': 'every batch gets its 202 at once',
  refuses: '202, or 503 with Retry-After',
  'is away': '202, or no answer while it is away',
};

/**
 * Inflicts a fault while traffic runs, ends it, and checks the results. Throws where anything differs from what is
 * promised.
 *
 * `whileItLasts` returns the batches that were refused. They are sent again, as any client would: a server that was
 * paused may have executed a statement after it was resumed.
 */
export async function inflict(
  stack: FaultStack,
  client: ClientRecord,
  fault: Fault,
  whileItLasts: () => Promise<ClientRow[][]> = async () => [],
): Promise<Observation> {
  const place = [...Object.values<Fault>(faults), ...Object.values<Fault>(kafkaFaults)].indexOf(
    fault,
  );
  const order = place === -1 ? orderOfOthers : place;
  const random = seededRandom(order);
  // Earlier rows have been compared already.
  const rowsBefore = client.acknowledged;
  const batchesBefore = await countBatches(stack);
  const traffic = new Traffic(stack, client, random, `fault-${order}`);
  let refused: ClientRow[][];
  let acceptedMeanwhile: number;
  let endedAt: number;
  let firstAcceptedMs: number;
  try {
    await waitFor(async () => traffic.acceptedCount >= batchesUnderWay);
    const acceptedBefore = traffic.acceptedCount;
    await fault.begin(stack, random);
    [refused] = await Promise.all([whileItLasts(), sleep(fault.lastsMs)]);
    acceptedMeanwhile = traffic.acceptedCount - acceptedBefore;
    endedAt = performance.now();
    await fault.end(stack);
    const acceptedAtEnd = traffic.acceptedCount;
    await waitFor(async () => traffic.acceptedCount > acceptedAtEnd);
    firstAcceptedMs = performance.now() - endedAt;
    // The fault must not harm later batches either.
    await waitFor(async () => traffic.acceptedCount > acceptedAtEnd + batchesUnderWay);
  } catch (error) {
    await traffic.abandon();
    throw error;
  }
  await traffic.stop();
  for (const rows of refused) assert.equal((await client.post(rows)).status, 202);
  await client.untilStored(completedTimeoutMs);
  // The sweep starts the batches that a crash left pending.
  await stack.sweep();
  await client.untilDone(completedTimeoutMs);
  const allCompletedMs = performance.now() - endedAt;
  const seen = await client.reconcile();
  const observation: Observation = {
    ...seen,
    batches: seen.batches - batchesBefore,
    acknowledged: seen.acknowledged - rowsBefore,
    stored: seen.stored - rowsBefore,
    fault: fault.name,
    running: 'stream of JSON and NDJSON batches, reports being read',
    promised: promisedWords[fault.promised],
    acceptedMeanwhile,
    refusals: Object.fromEntries(traffic.refusals),
    firstAcceptedMs: traffic.refusals.size === 0 ? null : Math.round(firstAcceptedMs),
    allCompletedMs: Math.round(allCompletedMs),
  };
  recordObservation(order, observation);
  checkPromise(fault.promised, observation);
  return observation;
}

async function countBatches(stack: FaultStack): Promise<number> {
  const [row] = await stack.database('batches').count({ count: '*' });
  return row?.count as number;
}

function checkPromise(promised: Promised, { refusals, acceptedMeanwhile }: Observation): void {
  const codes = Object.keys(refusals).filter((code) => code !== 'idempotency_in_flight');
  if (promised === 'goes on') {
    assert.deepEqual(codes, []);
    assert.ok(acceptedMeanwhile > 0);
  }
  const good = ['database_unavailable', 'kafka_unavailable', 'overloaded'];
  if (promised === 'refuses')
    assert.deepEqual(
      codes.filter((code) => !good.includes(code)),
      [],
    );
}

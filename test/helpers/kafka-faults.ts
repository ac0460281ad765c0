import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { FaultStack, Part } from './fault-stack.ts';
import type { Fault, Promised } from './faults.ts';
import { between } from './random.ts';
import { isThorough } from './reliability-record.ts';
import { waitFor } from './wait-for.ts';

/** Enough kills to find a process at different steps. */
const killCount = isThorough ? 3 : 1;
/** As long as a supervisor takes to start a process again; PostgreSQL's children are gone by then. */
const awayMs = 1_500;
const databaseAwaySeconds = isThorough ? 60 : 5;

const killedOften = (part: Part, title: string, promised: Promised): Fault => ({
  name: `with Kafka: ${title} is killed hard, ${killCount === 1 ? 'once' : `${killCount} times at random moments`}`,
  part,
  promised,
  lastsMs: awayMs,
  async begin(stack, random) {
    for (let kill = 1; kill < killCount; kill++) {
      await stack.kill(part);
      await sleep(awayMs);
      await stack.start(part);
      await sleep(between(random, 0, 800));
    }
    await stack.kill(part);
  },
  end: (stack) => stack.start(part),
});

/** Batches keep their 202 while nothing can be stored. */
const databaseAway: Fault = {
  name: `with Kafka: PostgreSQL is stopped for ${databaseAwaySeconds} s`,
  part: 'postgres',
  promised: 'goes on',
  lastsMs: databaseAwaySeconds * 1_000,
  begin: async (stack) => {
    await stack.stop('postgres');
  },
  end: (stack) => stack.start('postgres'),
};

const countBatches = async (stack: FaultStack): Promise<number> =>
  (await stack.database('batches').count({ count: '*' }))[0]?.count as number;

const isAnyWaiting = `SELECT FROM pg_stat_activity
   WHERE application_name = 'tallyflow-consumer' AND wait_event_type = 'Lock'`;

/**
 * The consumer is held up before it can store, the broker stands still, and the consumer is let go: it stores, cannot
 * commit its offset, and is killed then. What it has stored comes to its successor again.
 */
const killedBeforeCommit: Fault = {
  name: 'with Kafka: consumer is killed between its commit in PostgreSQL and that of its offset',
  part: 'consumer',
  promised: 'refuses',
  lastsMs: 0,
  async begin(stack) {
    const blocker = new pg.Client(stack.databaseUrl);
    await blocker.connect();
    try {
      await blocker.query('BEGIN');
      await blocker.query('LOCK TABLE batches IN SHARE MODE');
      const before = await countBatches(stack);
      await waitFor(async () => (await blocker.query(isAnyWaiting)).rowCount !== 0);
      await stack.pause('kafka');
      await blocker.query('COMMIT');
      await waitFor(async () => (await countBatches(stack)) > before);
      await stack.kill('consumer');
    } finally {
      stack.resume('kafka');
      await blocker.end();
    }
  },
  end: (stack) => stack.start('consumer'),
};

const oneOfTwoConsumersKilled: Fault = {
  name: 'with Kafka: a second consumer comes, and the first one is killed hard',
  part: 'consumer',
  promised: 'goes on',
  lastsMs: 3_000,
  async begin(stack) {
    await stack.start('second-consumer');
    await sleep(2_000);
    await stack.kill('consumer');
  },
  async end(stack) {
    await stack.start('consumer');
    await stack.stop('second-consumer');
  },
};

/** Faults of a stack whose clients send to the gateway. */
export const kafkaFaults = {
  databaseAway,
  gatewayKilled: killedOften('gateway', 'gateway', 'is away'),
  consumerKilled: killedOften('consumer', 'consumer', 'goes on'),
  killedBeforeCommit,
  oneOfTwoConsumersKilled,
  brokerKilled: killedOften('kafka', 'broker', 'refuses'),
  postgresKilled: killedOften('postgres', 'PostgreSQL', 'goes on'),
  temporalKilled: killedOften('temporal', 'Temporal', 'goes on'),
} satisfies Record<string, Fault>;

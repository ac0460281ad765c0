import type { Logger } from 'pino';
import type { Database } from '../../src/db/connection/database.ts';
import { consume } from '../../src/kafka/consume.ts';
import { Burial } from '../../src/kafka/dead-letters/burial.ts';
import { runResendLoop } from '../../src/kafka/dead-letters/resend-loop.ts';
import { BoundKeys } from '../../src/kafka/reading/bound-keys.ts';
import { BoundTopics } from '../../src/kafka/reading/bound-topics.ts';
import { GroupMembership } from '../../src/kafka/reading/group-membership.ts';
import { KeyUses } from '../../src/kafka/storing/key-uses.ts';
import { createLogger } from '../../src/logger.ts';
import { currentTraceparent } from '../../src/tracing/traceparent.ts';

export interface TestConsumer {
  /** Ids of the batches whose workflows it has started, in their order. */
  started: string[];
  /** The trace that each of these starts goes on with. */
  traceparents: (string | undefined)[];
  stop(): Promise<void>;
}

/** Runs the consumer in this process, without Temporal. */
export function startTestConsumer(options: {
  brokers: string;
  database: Database;
  boundTopics?: Map<string, number>;
  logger?: Logger;
  maxMissingMs?: number;
}): TestConsumer {
  const { database } = options;
  const logger = options.logger ?? createLogger('consumer', process.env.TEST_LOG_LEVEL ?? 'silent');
  const connection = { bootstrapBrokers: [options.brokers] };
  const burial = new Burial(connection, database, logger);
  const started: string[] = [];
  const traceparents: (string | undefined)[] = [];
  const stopping = new AbortController();
  const keyUses = new KeyUses(database, logger);
  const boundKeys = new BoundKeys(database, options.boundTopics ?? new Map());
  const boundTopics = new BoundTopics(connection, boundKeys, logger);
  const context = {
    connection,
    membership: new GroupMembership(),
    database,
    boundKeys,
    boundTopics,
    burial,
    keyUses,
    workflowStarter: {
      startBatch({ id }: { id: string }) {
        started.push(id);
        traceparents.push(currentTraceparent());
      },
    },
    maxRows: 1_000_000,
    maxMissingMs: options.maxMissingMs ?? 1_000,
    logger,
  };
  const running = Promise.all([
    boundTopics.watch(stopping.signal),
    consume(context, stopping.signal),
    runResendLoop(context, stopping.signal),
  ]);
  return {
    started,
    traceparents,
    async stop() {
      stopping.abort();
      await running;
      await keyUses.flush();
      await burial.close();
    },
  };
}

import { randomUUID } from 'node:crypto';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { v7 as uuidV7 } from 'uuid';
import { createActivities } from '../../src/activities/create-activities.ts';
import type { ActivityDependencies } from '../../src/activities/dependencies.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { isAccepting, startAcceptance } from '../../src/temporal/acceptance.ts';
import { BatchGroups } from '../../src/temporal/batch-groups.ts';
import { isTraining, startTraining } from '../../src/temporal/categorizer-training.ts';
import { connectLazily, type TemporalConnection } from '../../src/temporal/connection.ts';
import { isRecategorizing, startRecategorization } from '../../src/temporal/recategorization.ts';
import { isBatchProcessing } from '../../src/temporal/start-batch-processing.ts';
import { traceWork } from '../../src/temporal/trace-work.ts';
import { runTraining } from '../../src/training/run-training.ts';

export interface TestWorker extends TemporalConnection {
  taskQueue: string;
  stop(): Promise<void>;
}

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });

/** Starts a worker in this process with the bundle that global-setup has built. It has a task queue of its own unless one is given. */
export async function startTestWorker(
  dependencies: Pick<ActivityDependencies, 'database' | 'chain' | 'reports'> &
    Partial<ActivityDependencies>,
  taskQueue: string = `test-${randomUUID()}`,
  namespace = 'default',
): Promise<TestWorker> {
  const address = process.env.TEST_TEMPORAL_ADDRESS as string;
  const temporal = connectLazily(address, namespace);
  const connection = await NativeConnection.connect({ address });
  const batchGroups = new BatchGroups(temporal.client, taskQueue, pino({ level: 'silent' }));
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: {
      codePath: new URL('../../dist/workflow-bundle.js', import.meta.url).pathname,
    },
    activities: createActivities({
      processing: {
        start: (batches) => batchGroups.start({ id: uuidV7(), batches }),
        isRunning: (batch) => isBatchProcessing(temporal.client, batch),
      },
      recategorizing: {
        start: (id) => startRecategorization(temporal.client, taskQueue, id),
        isRunning: (id) => isRecategorizing(temporal.client, id),
      },
      accepting: {
        start: (acceptance) => startAcceptance(temporal.client, taskQueue, acceptance),
        isRunning: (acceptance) => isAccepting(temporal.client, acceptance),
      },
      training: {
        run: (options) => runTraining({ ...options, databaseUrl: urlOf(dependencies.database) }),
        onEnd: () => {},
        start: () => startTraining(temporal.client, taskQueue),
        isRunning: () => isTraining(temporal.client, taskQueue),
      },
      languageModel: null,
      sweepGraceSeconds: 0,
      logger: pino({ level: 'silent' }),
      ...dependencies,
    }),
    shutdownGraceTime: '5s',
    ...traceWork,
  });
  const running = worker.run();
  return {
    ...temporal,
    taskQueue,
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
      await temporal.close();
    },
  };
}

/** The process that trains opens a connection of its own. */
const urlOf = (database: Database): string =>
  (database.client.config.connection as { connectionString: string }).connectionString;

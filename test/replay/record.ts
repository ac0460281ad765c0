/**
 * Records the histories that replay.test.ts replays, into test/replay/histories:
 *
 *   node test/replay/record.ts
 *
 * It runs the workflows as they are now, on servers of its own, takes a minute, and overwrites the files.
 *
 * A change that runs already begun can't follow makes the replay fail. It needs `patched()`, with which the
 * committed histories pass as they are; what it adds is recorded beside them under new names. Only when no
 * run from before the change can be open any more may its histories be recorded anew.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { v7 as uuidV7 } from 'uuid';
import { MemoryCache } from '../../src/cache/memory-cache.ts';
import { ReportCache } from '../../src/cache/report-cache.ts';
import { LanguageModel } from '../../src/categorization/llm/language-model.ts';
import { createTraining } from '../../src/db/learning/create-training.ts';
import type { Batch } from '../../src/db/models/batch.ts';
import { Recategorization } from '../../src/db/models/recategorization.ts';
import { beginUndoing } from '../../src/db/suggestions/change-acceptance-status.ts';
import { createAcceptance } from '../../src/db/suggestions/create-acceptance.ts';
import type { OpenAcceptanceStatus } from '../../src/domain/acceptance.ts';
import { failureTypes } from '../../src/domain/failure-types.ts';
import { groupId } from '../../src/domain/group-id.ts';
import { startServers } from '../../src/local/servers/servers.ts';
import { acceptanceWorkflowId, startAcceptance } from '../../src/temporal/acceptance.ts';
import { BatchGroups, groupWorkflowId } from '../../src/temporal/batch-groups.ts';
import {
  isTraining,
  startTraining,
  trainingWorkflowId,
} from '../../src/temporal/categorizer-training.ts';
import {
  recategorizationWorkflowId,
  startRecategorization,
} from '../../src/temporal/recategorization.ts';
import {
  batchWorkflowId,
  startBatchProcessing,
} from '../../src/temporal/start-batch-processing.ts';
import {
  insertCategory,
  insertCompletedBatch,
  insertTestBatch,
  makeTransaction,
} from '../helpers/insert-test-batch.ts';
import { startLanguageModelEndpoint } from '../helpers/language-model-endpoint.ts';
import { testActor } from '../helpers/test-actor.ts';
import { createTestChain } from '../helpers/test-chain.ts';
import { createTemplate, createTestDatabase } from '../helpers/test-database.ts';
import { startTestWorker } from '../helpers/test-worker.ts';
import { historyToJson } from './history-json.ts';
import { rowText } from './row-text.ts';

const dataDir = await mkdtemp(path.join(tmpdir(), 'tallyflow-record-'));
const servers = await startServers({ dataDir, temporalCli: process.env.TEMPORAL_CLI });
process.env.TEST_DATABASE_URL = servers.databaseUrl;
process.env.TEST_TEMPORAL_ADDRESS = servers.temporalAddress;
await import('../../src/workflows/bundle.ts');

await createTemplate(servers.databaseUrl);
const { database, drop } = await createTestDatabase();
await insertCategory(database, 'Food', [rowText.toLowerCase()]);
const cache = new MemoryCache();
const real = createTestChain(database, cache);
const endpoint = await startLanguageModelEndpoint();
/** What happens before rows are categorized, or learned from, as a history wants it. */
let before = async () => {};
const worker = await startTestWorker({
  database,
  chain: {
    async decide(transactions) {
      await before();
      return real.decide(transactions);
    },
  },
  reports: new ReportCache(cache),
  training: {
    run: async () => {
      await before();
      return null;
    },
    onEnd: () => {},
    start: () => startTraining(worker.client, worker.taskQueue),
    isRunning: () => isTraining(worker.client, worker.taskQueue),
  },
  languageModel: {
    model: new LanguageModel({
      baseUrl: endpoint.baseUrl,
      apiKey: rowText,
      model: 'none',
      timeoutMs: 5_000,
    }),
    dailyTokens: 1_000_000,
    minRows: 1,
    minAccounts: 1,
  },
});
const batchGroups = new BatchGroups(worker.client, worker.taskQueue, pino());

/** Of the attempts at rows, those that have failed. */
let failures = 0;

/** More than the parallel activities of a batch take at once, so that each takes a second range. */
const largeRowCount = 50_001;

try {
  await record('small-batch-completed', await startBatch(3));
  await record('large-batch-completed', await startBatch(largeRowCount));

  before = async () => {
    throw ApplicationFailure.create({ message: 'the model is broken', nextRetryDelay: '10ms' });
  };
  await record('small-batch-failed', await startBatch(3));
  await record('large-batch-failed', await startBatch(largeRowCount));

  await record('large-batch-cancelled', await cancelInTheMiddle(() => startBatch(largeRowCount)));

  before = async () => {
    if (++failures <= 2)
      throw ApplicationFailure.create({ message: 'the model is broken', nonRetryable: true });
  };
  // The first time all fail, the second time the first batch by itself.
  await record('batch-group-completed', await startGroup(3));
  await record('batch-group-cancelled', await cancelInTheMiddle(() => startGroup(3)));

  failures = 0;
  before = async () => {
    if (++failures > 6) return;
    throw ApplicationFailure.create({
      type: failureTypes.databaseUnavailable,
      message: 'The database is away.',
      nextRetryDelay: '10ms',
    });
  };
  await record('waits-for-database', await startBatch(3));

  before = async () => {};
  await storeBatch(3);
  await storeRecategorization();
  await worker.client.workflow.start('PendingBatchSweepWorkflow', {
    workflowId: 'sweep',
    taskQueue: worker.taskQueue,
  });
  await record('sweep', 'sweep');

  await record('recategorization-completed', await recategorize());
  before = async () => {
    throw ApplicationFailure.create({ message: 'the model is broken', nextRetryDelay: '10ms' });
  };
  await record('recategorization-failed', await recategorize());
  await record('recategorization-cancelled', await cancelInTheMiddle(recategorize));

  const accepted = await storeAcceptance();
  await record('acceptance-completed', await accept(accepted));
  await beginUndoing(database, testActor, accepted);
  await record('acceptance-undone', await accept(accepted, 'undoing'));
  await record('acceptance-failed', await accept(uuidV7()));
  await record('acceptance-cancelled', await cancelAcceptance());

  await record('training-completed', await train());
  before = async () => {
    throw ApplicationFailure.create({ message: 'the model is broken', nextRetryDelay: '10ms' });
  };
  await record('training-failed', await train());
  await record('training-cancelled', await cancelInTheMiddle(train));
  const { behave } = endpoint;
  endpoint.behave = (response) => {
    endpoint.behave = behave;
    response.writeHead(429, { 'Retry-After': '1' }).end();
  };
  await record('language-model-waits', await askAbout(`${rowText} one`));
  endpoint.behave = (response) => {
    response.writeHead(401).end();
  };
  await record('language-model-failed', await askAbout(`${rowText} two`));
} finally {
  await worker.stop();
  await endpoint.stop();
  await drop();
  await servers.stop();
  await rm(dataDir, { recursive: true });
}

function storeBatch(rowCount: number): Promise<Batch> {
  const rows = Array.from({ length: rowCount }, (_, index) =>
    makeTransaction({
      transactionId: `${rowText} ${index}`,
      accountId: `${rowText} ${crypto.randomUUID()}`,
      merchantName: rowText,
      description: rowText,
    }),
  );
  return insertTestBatch(database, rows);
}

async function startBatch(rowCount: number): Promise<string> {
  const batch = await storeBatch(rowCount);
  await startBatchProcessing(worker.client, worker.taskQueue, batch);
  return batchWorkflowId(batch.id);
}

async function startGroup(batchCount: number): Promise<string> {
  const batches: Batch[] = [];
  for (let count = 0; count < batchCount; count++) batches.push(await storeBatch(3));
  const id = uuidV7();
  await batchGroups.start({ id, batches });
  return groupWorkflowId(id);
}

async function storeRecategorization(): Promise<string> {
  const run = await Recategorization.query(database).insert({
    id: uuidV7(),
    scope: 'all',
    requestedBy: 'nobody',
  });
  return run.id;
}

async function recategorize(): Promise<string> {
  const id = await storeRecategorization();
  await startRecategorization(worker.client, worker.taskQueue, id);
  return recategorizationWorkflowId(id);
}

async function train(): Promise<string> {
  await createTraining(database, testActor, 'nobody');
  await startTraining(worker.client, worker.taskQueue);
  return trainingWorkflowId(worker.taskQueue);
}

async function storeAcceptance(): Promise<string> {
  const [categoryId] = (await database('categories').pluck('id')) as number[];
  const groupName = rowText.toLowerCase();
  const suggestions = [
    { groupId: groupId(groupName), groupName, categoryId: categoryId as number },
  ];
  return (await createAcceptance(database, testActor, 'nobody', suggestions, [rowText])).id;
}

async function accept(id: string, status: OpenAcceptanceStatus = 'running'): Promise<string> {
  await startAcceptance(worker.client, worker.taskQueue, { id, status });
  return acceptanceWorkflowId({ id, status });
}

/** Cancels an acceptance while it waits for its row. */
async function cancelAcceptance(): Promise<string> {
  const id = await storeAcceptance();
  return database.transaction(async (trx) => {
    await trx('acceptances').where({ id }).forUpdate();
    const workflowId = await accept(id);
    const handle = worker.client.workflow.getHandle(workflowId);
    for (let isWaiting = false; !isWaiting; ) {
      const [pending] = (await handle.describe()).raw.pendingActivities ?? [];
      isWaiting =
        pending?.activityType?.name === 'advanceAcceptance' && pending.lastStartedTime != null;
    }
    await handle.cancel();
    return workflowId;
  });
}

async function askAbout(merchantName: string): Promise<string> {
  await insertCompletedBatch(database, [makeTransaction({ merchantName })]);
  const workflowId = `language-model-${uuidV7()}`;
  const { taskQueue } = worker;
  await worker.client.workflow.start('LanguageModelWorkflow', { workflowId, taskQueue });
  return workflowId;
}

async function cancelInTheMiddle(start: () => Promise<string>): Promise<string> {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  before = () => {
    begun.resolve();
    return released.promise;
  };
  const workflowId = await start();
  await begun.promise;
  await worker.client.workflow.getHandle(workflowId).cancel();
  released.resolve();
  return workflowId;
}

/** Waits for the end of the run, whatever it is, and writes its history. */
async function record(name: string, workflowId: string): Promise<void> {
  const handle = worker.client.workflow.getHandle(workflowId);
  await handle.result().catch(() => {});
  const history = historyToJson(await handle.fetchHistory());
  const file = new URL(`./histories/${name}.json`, import.meta.url);
  await writeFile(file, `${JSON.stringify(history, withoutMachine, 2)}\n`);
  console.log(`${name}: ${history.events.length} events`);
}

/** Names of processes (`123@host`) and paths of files say nothing to a replay, and are nobody's business. */
function withoutMachine(key: string, value: unknown): unknown {
  if (key === 'stackTrace') return '';
  return typeof value === 'string' && /^\d+@/.test(value) ? 'worker' : value;
}

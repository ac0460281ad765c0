import { once } from 'node:events';
import os from 'node:os';
import { toFailure } from './activities/to-failure.ts';
import { createDatabase } from './db/connection/database.ts';
import type { TrainedVersion } from './domain/training.ts';
import { reportError } from './error-reports/report-error.ts';
import { createLogger } from './logger.ts';
import { startTelemetry } from './telemetry/start-telemetry.ts';
import { inSpan } from './tracing/in-span.ts';
import { withTraceparent } from './tracing/traceparent.ts';
import { loadTrainingInput } from './training/load-training-input.ts';
import { trainVersion } from './training/train-version.ts';
import type { TrainingMessage, TrainingRequest } from './training/training-messages.ts';

// Runs in the process that runTraining starts: trains once, and ends.

/** Training must not take the processor from batches. */
os.setPriority(os.constants.priority.PRIORITY_LOW);
// The parent has ended, or no longer wants the training.
process.once('disconnect', () => process.exit(1));

/** A statement reads at most 1,000 rows, and the first one sorts all labels. */
const statementTimeoutMs = 120_000;
/** The parent need not know of every step. */
const progressPauseMs = 500;

async function train(): Promise<TrainedVersion | null> {
  const input = await loadTrainingInput(database);
  let nextAt = 0;
  const onProgress = (done: number): void => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + progressPauseMs;
    void send({ kind: 'progress', done });
  };
  return input.rows.length === 0 ? null : trainVersion(input, { onProgress });
}

const send = (message: TrainingMessage) =>
  new Promise<void>((resolve) => {
    process.send?.(message, () => resolve());
  });

const [{ databaseUrl, telemetry: options, traceparent }] = (await once(process, 'message')) as [
  TrainingRequest,
];
// The worker, which has the same collector, says that it is away.
const telemetry = options === undefined ? null : await startTelemetry(options, () => {});
const database = createDatabase({
  url: databaseUrl,
  poolSize: 1,
  applicationName: 'tallyflow-training',
  statementTimeoutMs,
  isReadOnly: true,
});
const message = await withTraceparent(traceparent, () =>
  inSpan('train', {}, train).then(
    (version): TrainingMessage => ({ kind: 'trained', version }),
    toMessage,
  ),
);
// With the message the parent has all it wants, and ends this process.
await telemetry?.shutdown();
await send(message);
await database.destroy();
process.exit();

function toMessage(error: unknown): TrainingMessage {
  reportError(error, { activityType: 'trainCategorizers' });
  // The worker gets to know as much as Temporal may.
  createLogger('training', 'info').error({ err: error }, 'the training failed in its process');
  const failure = toFailure(error);
  const type = 'type' in failure ? String(failure.type) : null;
  return { kind: 'failed', type, message: failure.message };
}

import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { Histogram } from 'prom-client';
import { completeTrainings } from '../db/learning/end-trainings.ts';
import { failureTypes } from '../domain/failure-types.ts';
import type { TrainingOutcome } from '../domain/training.ts';
import { TrainingFailedError } from '../training/run-training.ts';
import { countTraining } from './count-training.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { reportActivityError } from './report-activity-error.ts';

/** Well below the heartbeat timeout. */
const heartbeatPauseMs = 2_000;

const trainingSeconds = new Histogram({
  name: 'tallyflow_training_seconds',
  help: 'Time to learn from the labels, evaluate, and store the result.',
  buckets: [1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600],
});

/**
 * Learns from all labels, and ends the trainings with the result. It may be repeated: the same labels give the same
 * version, which is stored once.
 */
export async function trainCategorizers(
  { database, training, logger }: ActivityDependencies,
  { ids }: { ids: string[] },
): Promise<TrainingOutcome | null> {
  const endTimer = trainingSeconds.startTimer();
  let progress = 0;
  // The process says nothing while it loads rows, and is watched all the same: if it dies, run() throws.
  const timer = setInterval(() => heartbeat(progress), heartbeatPauseMs);
  try {
    const trained = await training.run({
      onProgress: (done) => {
        progress = done;
      },
      signal: cancellationSignal(),
    });
    const outcome = await completeTrainings(database, ids, trained);
    endTimer();
    if (outcome !== null) {
      countTraining(outcome);
      const { labelledRowCount = 0, merchantCount = 0 } = trained ?? {};
      training.onEnd({ outcome, labelledRowCount, merchantCount });
    }
    return outcome;
  } catch (error) {
    if (!(error instanceof TrainingFailedError)) throw error;
    // The process reports its errors, unless it was killed.
    if (error.type === null) reportActivityError(logger, error);
    throw ApplicationFailure.create({
      type: error.type ?? failureTypes.activityFailed,
      message: error.message,
    });
  } finally {
    clearInterval(timer);
  }
}

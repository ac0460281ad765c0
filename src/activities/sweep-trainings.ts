import { hasWaitingTraining } from '../db/learning/has-waiting-training.ts';
import { requestDueTraining } from '../db/learning/request-due-training.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Requests a training if enough was labelled, and starts the trainings whose start was lost. */
export async function sweepTrainings({
  database,
  training,
  sweepGraceSeconds,
}: ActivityDependencies): Promise<void> {
  await requestDueTraining(database);
  if (!(await hasWaitingTraining(database, sweepGraceSeconds))) return;
  // While its workflow is open, that one serves all that wait.
  if (!(await training.isRunning())) await training.start();
}

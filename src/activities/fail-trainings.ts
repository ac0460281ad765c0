import { failTrainings as markFailed } from '../db/learning/end-trainings.ts';
import { countTraining } from './count-training.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Ends the trainings that are still open as failed. */
export async function failTrainings(
  { database, training }: ActivityDependencies,
  { ids, reason }: { ids: string[]; reason: string },
): Promise<void> {
  const failedCount = await markFailed(database, ids, reason);
  if (failedCount === 0) return;
  countTraining('failed');
  training.onEnd({ outcome: 'failed' });
}

import { Counter } from 'prom-client';
import type { TrainingOutcome } from '../domain/training.ts';

const trainings = new Counter({
  name: 'tallyflow_trainings_total',
  help: 'Trainings that ended, by outcome: live, worse, no_labels or failed.',
  labelNames: ['outcome'],
});

// A rate needs the zero before the first one.
for (const outcome of ['live', 'worse', 'no_labels', 'failed']) trainings.inc({ outcome }, 0);

export const countTraining = (outcome: TrainingOutcome | 'failed'): void =>
  trainings.inc({ outcome });

import { beginTrainings as markTrainings } from '../db/learning/begin-trainings.ts';
import type { ActivityDependencies } from './dependencies.ts';

/** Returns the ids of the open trainings, which one training serves. It begins after this, and has all their labels. */
export const beginTrainings = ({ database }: ActivityDependencies): Promise<string[]> =>
  markTrainings(database);

import { v7 as uuidV7 } from 'uuid';
import type { Actor } from '../../domain/actor.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Database } from '../connection/database.ts';
import { Training } from '../models/training.ts';

/** Stores a training that waits for its start. It will contain every label that is committed by now. */
export async function createTraining(
  database: Database,
  actor: Actor,
  requestedBy: string,
): Promise<Training> {
  return database.transaction(async (trx) => {
    const training = await Training.query(trx).insert({ id: uuidV7(), requestedBy }).returning('*');
    await recordChange(trx, actor, {
      action: 'create',
      resource: 'trainings',
      resourceId: training.id,
    });
    return training;
  });
}

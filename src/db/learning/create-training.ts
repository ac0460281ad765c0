import { v7 as uuidV7 } from 'uuid';
import type { Actor } from '../../domain/actor.ts';
import { recordChange } from '../audit/record-change.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { Training } from '../models/training.ts';

/**
 * Stores a training that waits for its start. It will contain every label that is committed by now. If one waits
 * already, that one will too, and is returned instead.
 */
export async function createTraining(
  database: Database,
  actor: Actor,
  requestedBy: string,
): Promise<Training> {
  return database.transaction(async (trx) => {
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.learnedVersions})`);
    const waiting = await Training.query(trx)
      .where({ status: 'running' })
      .whereNull('startedAt')
      .first();
    if (waiting !== undefined) return waiting;
    const training = await Training.query(trx).insert({ id: uuidV7(), requestedBy }).returning('*');
    await recordChange(trx, actor, {
      action: 'create',
      resource: 'trainings',
      resourceId: training.id,
    });
    return training;
  });
}

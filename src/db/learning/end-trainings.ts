import { manyLabels, type TrainedVersion, type TrainingOutcome } from '../../domain/training.ts';
import { recordChanges } from '../audit/record-change.ts';
import { worker } from '../audit/worker-actor.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { Training } from '../models/training.ts';

/** Enough to go back to, at some megabytes each. */
const keptVersions = 30;
/** More than anybody looks at. */
const keptTrainings = 1_000;

/** The version that was live changed during the training, which has compared itself with another one. */
export class LiveVersionChangedError extends Error {
  constructor() {
    super('Another version went live during the training.');
    this.name = 'LiveVersionChangedError';
  }
}

/**
 * Stores what the trainings made, and ends them. The version goes live unless it is worse than the present one, or if it
 * unlearns many labels that were taken back, which a worse one has to do. A version with the bytes of a stored one is not stored again. Returns null if the trainings had ended already, as they
 * have if another attempt came first. Throws LiveVersionChangedError.
 */
export async function completeTrainings(
  database: Database,
  ids: readonly string[],
  trained: TrainedVersion | null,
): Promise<TrainingOutcome | null> {
  return database.transaction(async (trx) => {
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.learnedVersions})`);
    const open = await Training.query(trx)
      .whereIn('id', ids as string[])
      .where({ status: 'running' })
      .forNoKeyUpdate();
    if (open.length === 0) return null;
    // What was taken back before the trainings began, they have learned without.
    const begunAt = new Date(Math.min(...open.map(({ startedAt }) => Number(startedAt))));
    const { outcome, versionId } = await settle(trx, trained, begunAt);
    await end(trx, ids, {
      status: 'completed',
      outcome,
      learnedVersionId: versionId,
      labelledRowCount: trained?.labelledRowCount ?? 0,
      merchantCount: trained?.merchantCount ?? 0,
    });
    await deleteOld(trx);
    // What a version that isn't live has unlearned is still to be unlearned.
    if (outcome !== 'worse') await trx('removed_labels').where('removed_at', '<', begunAt).delete();
    return outcome;
  });
}

/** Ends the trainings that are still open. */
export async function failTrainings(
  database: Database,
  ids: readonly string[],
  failureReason: string,
): Promise<number> {
  return database.transaction((trx) => end(trx, ids, { status: 'failed', failureReason }));
}

async function settle(
  trx: Transaction,
  trained: TrainedVersion | null,
  begunAt: Date,
): Promise<{ outcome: TrainingOutcome; versionId: number | null }> {
  const live = await liveVersionId(trx);
  if (trained === null) {
    // Whoever takes all labels back wants what they taught forgotten.
    if (live !== null) await trx('categorizer_state').update({ live_version_id: null });
    return { outcome: 'no_labels', versionId: null };
  }
  const known = await findSame(trx, trained.data);
  if (known !== null && known === live) return { outcome: 'live', versionId: known };
  if (live !== trained.comparedWith) throw new LiveVersionChangedError();
  const versionId = known ?? (await insertVersion(trx, trained));
  if (trained.isWorse && (await countRemovedLabels(trx, begunAt)) < manyLabels)
    return { outcome: 'worse', versionId };
  await trx('categorizer_state').update({ live_version_id: versionId });
  return { outcome: 'live', versionId };
}

async function countRemovedLabels(trx: Transaction, before: Date): Promise<number> {
  const removed = await trx('removed_labels')
    .where('removed_at', '<', before)
    .sum<{ count: string | null }>('row_count as count')
    .first();
  return Number(removed?.count ?? 0);
}

async function liveVersionId(trx: Transaction): Promise<number | null> {
  const state = await trx('categorizer_state')
    .forNoKeyUpdate()
    .first<{ liveVersionId: number | null }>('liveVersionId');
  return state.liveVersionId;
}

/** Lengths are compared first, which reads none of the bytes. */
async function findSame(trx: Transaction, data: Buffer): Promise<number | null> {
  const { rows } = await trx.raw<{ rows: { id: number }[] }>(
    `SELECT id FROM learned_versions
      WHERE CASE WHEN octet_length(data) = ? THEN data = ? END ORDER BY id DESC LIMIT 1`,
    [data.length, data],
  );
  return rows[0]?.id ?? null;
}

async function insertVersion(trx: Transaction, trained: TrainedVersion): Promise<number> {
  const { trainedAt, labelledRowCount, merchantCount, evaluation, data, answers } = trained;
  const [inserted] = await trx('learned_versions')
    .insert({
      trainedAt,
      labelledRowCount,
      merchantCount,
      evaluation: JSON.stringify(evaluation),
      data,
      answers,
    })
    .returning<{ id: number }[]>('id');
  return inserted?.id as number;
}

async function end(
  trx: Transaction,
  ids: readonly string[],
  patch: Partial<Training>,
): Promise<number> {
  const ended = await Training.query(trx)
    .patch({ ...patch, finishedAt: new Date() })
    .whereIn('id', ids as string[])
    .where({ status: 'running' })
    .returning('*');
  await recordChanges(
    trx,
    worker,
    ended.map(({ id, status, outcome, learnedVersionId, failureReason }) => ({
      action: 'end',
      resource: 'trainings',
      resourceId: id,
      after: { status, outcome, version: learnedVersionId, failureReason },
    })),
  );
  return ended.length;
}

async function deleteOld(trx: Transaction): Promise<void> {
  await trx.raw(
    `DELETE FROM learned_versions
      WHERE id NOT IN (SELECT id FROM learned_versions ORDER BY id DESC LIMIT ${keptVersions})
        AND id IS DISTINCT FROM (SELECT live_version_id FROM categorizer_state)`,
  );
  await trx.raw(
    `DELETE FROM trainings WHERE status <> 'running'
        AND id NOT IN (SELECT id FROM trainings ORDER BY id DESC LIMIT ${keptTrainings})`,
  );
}

import type { Actor } from '../../domain/actor.ts';
import { recordChange } from '../audit/record-change.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database } from '../connection/database.ts';
import { findLearnedVersion, type LearnedVersionRow } from './list-learned-versions.ts';

/** Makes a version live, for every batch posted after this. Returns null if there is no such version. */
export async function activateVersion(
  database: Database,
  actor: Actor,
  id: number,
): Promise<LearnedVersionRow | null> {
  return database.transaction(async (trx) => {
    // Versions are deleted under the same lock.
    await trx.raw(`SELECT pg_advisory_xact_lock(${advisoryLocks.learnedVersions})`);
    const version = await findLearnedVersion(trx, id);
    if (version === null || version.isLive) return version;
    const before = await trx('categorizer_state')
      .forNoKeyUpdate()
      .first<{ liveVersionId: number | null }>('liveVersionId');
    await trx('categorizer_state').update({ liveVersionId: id, chosenAt: trx.fn.now() });
    await recordChange(trx, actor, {
      action: 'activate',
      resource: 'learned-versions',
      resourceId: id,
      before: { version: before.liveVersionId },
      after: { version: id },
    });
    return { ...version, isLive: true };
  });
}

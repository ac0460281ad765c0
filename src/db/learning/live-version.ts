import type { LearnedEvaluation } from '../../domain/learned-evaluation.ts';
import type { Database } from '../connection/database.ts';

export interface LiveVersion {
  id: number;
  trainedAt: Date;
  evaluation: LearnedEvaluation;
  data: Buffer;
  answers: Buffer;
}

/** The version that is live, with its bytes; null if there is none. */
export async function loadLiveVersion(database: Database): Promise<LiveVersion | null> {
  const { rows } = await database.raw<{ rows: LiveVersion[] }>(
    `SELECT v.id, v.trained_at AS "trainedAt", v.evaluation, v.data, v.answers
       FROM categorizer_state s JOIN learned_versions v ON v.id = s.live_version_id`,
  );
  return rows[0] ?? null;
}

import type { CoverageAndPrecision, LearnedEvaluation } from '../../domain/learned-evaluation.ts';
import type { Database } from '../connection/database.ts';
import { type Listed, type ListPage, orderBySql } from '../list-page.ts';

/** A version without its bytes. */
export interface LearnedVersionRow {
  id: number;
  trainedAt: Date;
  labelledRowCount: number;
  merchantCount: number;
  isLive: boolean;
  overall: CoverageAndPrecision;
}

const sortColumns = { id: 'v.id', trained_at: 'v.trained_at' };

export type LearnedVersionPage = ListPage<keyof typeof sortColumns, never>;

const selected = `
  SELECT v.id, v.trained_at AS "trainedAt", v.labelled_row_count AS "labelledRowCount",
         v.merchant_count AS "merchantCount", v.id IS NOT DISTINCT FROM s.live_version_id AS "isLive",
         v.evaluation -> 'overall' AS overall`;
const from = 'FROM learned_versions v CROSS JOIN categorizer_state s';

export async function listLearnedVersions(
  database: Database,
  { sort, offset, limit }: LearnedVersionPage,
): Promise<Listed<LearnedVersionRow>> {
  const { rows } = await database.raw<{ rows: LearnedVersionRow[] }>(
    `${selected} ${from} ORDER BY ${orderBySql(sortColumns, sort, 'v.id')} OFFSET ? LIMIT ?`,
    [offset, limit],
  );
  const [counted] = await database('learned_versions').count<{ count: number }[]>('* as count');
  return { rows, total: counted?.count ?? 0 };
}

export async function findLearnedVersion(
  database: Database,
  id: number,
): Promise<LearnedVersionRow | null> {
  const { rows } = await database.raw<{ rows: LearnedVersionRow[] }>(
    `${selected} ${from} WHERE v.id = ?`,
    [id],
  );
  return rows[0] ?? null;
}

export interface EvaluatedVersion extends LearnedVersionRow {
  evaluation: LearnedEvaluation;
}

/** A version with its evaluation, or the live one for null; null if there is none. */
export async function findEvaluatedVersion(
  database: Database,
  id: number | null,
): Promise<EvaluatedVersion | null> {
  const { rows } = await database.raw<{ rows: EvaluatedVersion[] }>(
    `${selected}, v.evaluation ${from} WHERE v.id = coalesce(?::integer, s.live_version_id)`,
    [id],
  );
  return rows[0] ?? null;
}

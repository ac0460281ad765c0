import type { Database } from '../connection/database.ts';
import type { StoredDecisionAndLabel } from './list-confirmed-decisions.ts';

export interface StoredSampledDecision extends StoredDecisionAndLabel {
  isAnswered: boolean;
}

/** Two hundred weeks. */
const maxDecisions = 10_000;
/** Longer texts say no more about which merchant it is. */
const maxCharacters = 200;

/** The newest decisions that were drawn at random and counted without review, answered or not. */
export async function listSampledDecisions(database: Database): Promise<StoredSampledDecision[]> {
  const { rows } = await database.raw<{ rows: StoredSampledDecision[] }>(
    `SELECT d."merchantName", d.description, d.source, d.category_id AS "categoryId", d."isAnswered",
            coalesce(m.into_id, d.decided_id) AS "decidedCategoryId"
       FROM (SELECT left(t.merchant_name, ${maxCharacters}) AS "merchantName", left(t.description, ${maxCharacters}) AS description,
                    t.category_id, is_answered AS "isAnswered",
                    CASE WHEN is_answered THEN l.decided_source ELSE t.category_source END AS source,
                    CASE WHEN is_answered THEN l.decided_category_id ELSE t.category_id END AS decided_id,
                    CASE WHEN is_answered THEN l.needed_review ELSE t.needs_review END AS needed_review
               FROM (SELECT DISTINCT transaction_id
                       FROM (SELECT transaction_id FROM sampled_decisions ORDER BY week DESC LIMIT ${maxDecisions}) AS newest) AS s
               JOIN transactions t ON t.id = s.transaction_id
               LEFT JOIN labels l ON l.transaction_id = t.id
              CROSS JOIN LATERAL (SELECT t.category_source IS NOT DISTINCT FROM 'manual' AS is_answered) AS by_person) AS d
       LEFT JOIN category_merges m ON m.from_id = d.decided_id
      WHERE d.source IS NOT NULL AND d.decided_id IS NOT NULL AND d.needed_review IS NOT TRUE`,
  );
  return rows;
}

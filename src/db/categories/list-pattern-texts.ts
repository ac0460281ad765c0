import { characterCount, minMatchCharacters } from '../../domain/normalize-text.ts';
import type { Database } from '../connection/database.ts';
import { isStatementTimeout } from '../connection/errors.ts';
import { possibleMatch } from './possible-match.ts';

/** Completed rows of the same texts, with the same category by the same hand. */
export interface TextGroup {
  merchantName: string | null;
  description: string | null;
  categoryId: number | null;
  isManual: boolean;
  transactionCount: number;
  /** Of one of them. */
  sampleId: number;
}

/** The longest that anyone waits for a preview. */
const statementTimeoutMs = 10_000;

/** Texts beyond these would take more memory than a preview is worth: some hundred bytes each. */
const maxGroups = 200_000;

/**
 * Completed rows that one of the patterns may match, grouped by their texts; among them all that it
 * does match. Null where that takes too long, or there are too many texts.
 *
 * The conditions are cheap and let too much pass rather than too little; whoever asks decides by the
 * rule itself. It reads the whole table, in four to five times as long as a bare count that reads it, too.
 *
 * @param patterns normalised
 */
export async function listPatternTexts(
  database: Database,
  patterns: readonly string[],
): Promise<TextGroup[] | null> {
  const possible = patterns.filter((pattern) => characterCount(pattern) >= minMatchCharacters);
  if (possible.length === 0) return [];
  const conditions = possible.map(possibleMatch);
  try {
    return await database.transaction(async (trx) => {
      await trx.raw(`SET LOCAL statement_timeout = ${statementTimeoutMs}`);
      // The planner has no idea how few rows pass, and would not share the work out.
      await trx.raw('SET LOCAL parallel_setup_cost = 0');
      await trx.raw('SET LOCAL parallel_tuple_cost = 0');
      // To compile the conditions takes longer than all that it saves.
      await trx.raw('SET LOCAL jit = off');
      const { rows } = await trx.raw<{ rows: TextGroup[] }>(
        `SELECT merchant_name AS "merchantName", description, category_id AS "categoryId",
                category_source IS NOT DISTINCT FROM 'manual' AS "isManual",
                count(*) AS "transactionCount", max(id) AS "sampleId"
           FROM transactions
          WHERE ingestion_status = 'completed' AND (${conditions.map(({ sql }) => sql).join(' OR ')})
          GROUP BY 1, 2, 3, 4
          LIMIT ?`,
        [...conditions.flatMap(({ bindings }) => bindings), maxGroups + 1],
      );
      return rows.length > maxGroups ? null : rows;
    });
  } catch (error) {
    if (isStatementTimeout(error)) return null;
    throw error;
  }
}

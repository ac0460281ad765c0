import type { Transaction } from '../connection/database.ts';

export interface LabelOrigin {
  /** Whether the rows were drawn at random for confirmation. */
  isSampled: boolean;
  /** The acceptance of suggestions that sets the rows, or null. */
  acceptanceId: string | null;
}

/**
 * Records that a person is about to choose the category of these rows, and what their decision was before. For a row
 * that was set by hand before, that stays what it was. The caller has locked the rows, and changes them afterwards.
 */
export async function recordLabels(
  trx: Transaction,
  transactionIds: readonly number[],
  { isSampled, acceptanceId }: LabelOrigin,
): Promise<void> {
  if (transactionIds.length === 0) return;
  await trx.raw(
    `INSERT INTO labels (transaction_id, decided_category_id, decided_source, decided_confidence, decided_version_id,
                         needed_review, is_sampled, acceptance_id)
       SELECT t.id, before.*, ?::uuid
         FROM transactions AS t
         LEFT JOIN labels AS l ON l.transaction_id = t.id
        CROSS JOIN LATERAL (
          SELECT l.decided_category_id, l.decided_source, l.decided_confidence, l.decided_version_id, l.needed_review,
                 ?::boolean OR coalesce(l.is_sampled, false)
           WHERE t.category_source = 'manual'
          UNION ALL
          SELECT t.category_id, t.category_source, t.category_confidence, t.learned_version_id, t.needs_review, ?::boolean
           WHERE t.category_source IS DISTINCT FROM 'manual'
        ) AS before
        WHERE t.id = ANY (?::bigint[])
        ORDER BY t.id
     ON CONFLICT (transaction_id) DO UPDATE
       SET (labelled_at, decided_category_id, decided_source, decided_confidence, decided_version_id, needed_review,
            is_sampled, acceptance_id)
         = (clock_timestamp(), excluded.decided_category_id, excluded.decided_source, excluded.decided_confidence,
            excluded.decided_version_id, excluded.needed_review, excluded.is_sampled, excluded.acceptance_id)`,
    // Knex's types know arrays without nulls only.
    [acceptanceId as string, isSampled, isSampled, [...transactionIds]],
  );
}

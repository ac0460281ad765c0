import type { Transaction } from '../connection/database.ts';

export interface NewestRow {
  id: number;
  merchantName: string | null;
  description: string | null;
}

/** Returns the newest rows, whoever set their category, at most `limit` of those before an id. */
export async function loadNewestRows(
  trx: Transaction,
  beforeId: number | null,
  limit: number,
): Promise<NewestRow[]> {
  const { rows } = await trx.raw<{ rows: NewestRow[] }>(
    `SELECT id, merchant_name AS "merchantName", description
       FROM transactions
      WHERE id < coalesce(?::bigint, 9223372036854775807)
      ORDER BY id DESC LIMIT ?`,
    [beforeId, limit],
  );
  return rows;
}

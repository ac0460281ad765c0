import type { Database } from '../connection/database.ts';

/** A completed row by which a change of the categorizers is judged. */
export interface SampledTransaction {
  merchantName: string | null;
  description: string | null;
}

/** Older rows say less about those to come. */
const newestIds = 1_000_000;

/** Rows that are in memory at a time. */
const rowsPerStep = 1_000;

/**
 * Yields completed rows that were not set by hand, drawn at random from the newest million ids, in parts.
 *
 * @param random from 0 to below 1
 */
export async function* sampleTransactions(
  database: Database,
  maxRows: number,
  random: () => number,
): AsyncGenerator<SampledTransaction[]> {
  const [bounds] = await database('transactions').select<{ oldest: number; newest: number }[]>(
    database.raw('coalesce(min(id), 1) AS oldest, coalesce(max(id), 0) AS newest'),
  );
  const { oldest, newest } = bounds as { oldest: number; newest: number };
  const first = Math.max(oldest, newest - newestIds + 1);
  const ids = drawIds(first, newest, maxRows, random);
  for (let start = 0; start < ids.length; start += rowsPerStep) {
    const { rows } = await database.raw<{ rows: SampledTransaction[] }>(
      `SELECT merchant_name AS "merchantName", description FROM transactions
        WHERE id = ANY (?::bigint[]) AND ingestion_status = 'completed'
          AND category_source IS DISTINCT FROM 'manual'`,
      [ids.slice(start, start + rowsPerStep)],
    );
    yield rows;
  }
}

/** Draws different ids, both bounds included, by Floyd's method, whose memory depends on how many are drawn alone. */
function drawIds(first: number, last: number, count: number, random: () => number): number[] {
  const drawn = new Set<number>();
  for (let upTo = Math.max(first, last - count + 1); upTo <= last; upTo++) {
    const id = first + Math.floor(random() * (upTo - first + 1));
    drawn.add(drawn.has(id) ? upTo : id);
  }
  return [...drawn].sort((a, b) => a - b);
}

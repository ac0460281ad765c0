import type { Database } from '../connection/database.ts';
import { findSignatureBits } from '../search/ranged-candidates.ts';

/** Ids of transactions, both inclusive. */
export interface IdRange {
  firstId: number;
  lastId: number;
}

/** With more, reading all rows takes as long. */
const maxRanges = 20_000;

/**
 * The ranges of ids in which rows may have one of the texts, in the order of their first ids. Null when there are so
 * many that all rows may as well be read.
 */
export async function candidateRanges(
  database: Database,
  texts: readonly string[],
  fromId: number,
): Promise<IdRange[] | null> {
  const anyText: string[] = [];
  const bindings: number[] = [];
  for (const text of texts) {
    const bits = await findSignatureBits(database, text);
    // Nothing is known of a text of less than three characters.
    if (bits.length === 0) return null;
    anyText.push(`(${bits.map(() => 'get_bit(signature, ?) = 1').join(' AND ')})`);
    bindings.push(...bits);
  }
  const { rows } = await database.raw<{ rows: IdRange[] }>(
    `SELECT first_id AS "firstId", last_id AS "lastId" FROM text_ranges
      WHERE last_id >= ? AND (${anyText.join(' OR ')})
     UNION ALL
     SELECT first_transaction_id, last_transaction_id FROM batches
      WHERE NOT has_ranges AND last_transaction_id >= ?
     ORDER BY 1 LIMIT ?`,
    [fromId, ...bindings, fromId, maxRanges + 1],
  );
  return rows.length > maxRanges ? null : rows;
}

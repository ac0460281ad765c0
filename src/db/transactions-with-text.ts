import type { Knex } from 'knex';
import { signatureBits } from '../domain/text-signature.ts';
import type { Database } from './database.ts';
import { isSelective } from './likely-transactions.ts';
import { type TransactionQuery, transactionOrder } from './matching-transactions.ts';
import { hasManyOutsideRanges, rangedTransactions } from './ranged-transactions.ts';

/** Of 256 rows each; with more of them the newest rows are likely to have a page of matches. */
const maxRanges = 400;
/** Rows outside ranges that are read one by one. */
const maxOutside = 20_000;
/** Three characters each. That many rule out all that more of them would. */
const maxBits = 12;

/**
 * All that matches, where what is searched for is rare: by the ranges whose texts may contain it
 * (docs/decisions/0013). Null where it is not, or says too little. Within an object, since a query that a
 * promise resolves to is run.
 */
export async function transactionsWithText(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
): Promise<{ withText: Knex.QueryBuilder | null }> {
  if (query.search === null || (await isSelective(database, query))) return { withText: null };
  const bits = signatureBits(await lower(database, query.search)).slice(0, maxBits);
  if (bits.length === 0 || (await hasManyOutsideRanges(database, maxOutside)))
    return { withText: null };
  const ranges = database('text_ranges').select('batch_id', 'first_id', 'last_id');
  for (const bit of bits) ranges.whereRaw('get_bit(signature, ?) = 1', [bit]);
  const some = ranges.clone().limit(maxRanges + 1);
  const [found] = await database.from(some.as('some')).count<{ count: number }[]>('* as count');
  if ((found?.count ?? 0) > maxRanges) return { withText: null };
  return {
    withText: matching
      .clone()
      .from(rangedTransactions(database, ranges as unknown as Knex.Raw) as unknown as string)
      .clearOrder()
      .orderByRaw(transactionOrder(query)),
  };
}

/** As the search compares: how characters are lowered is a matter of the database. */
async function lower(database: Database, text: string): Promise<string> {
  const result = await database.raw<{ rows: [{ lowered: string }] }>('SELECT lower(?) AS lowered', [
    text,
  ]);
  return result.rows[0].lowered;
}

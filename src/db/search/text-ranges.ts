import type { Knex } from 'knex';
import { signatureBits } from '../../domain/text-signature.ts';
import type { Database } from '../connection/database.ts';
import { type TransactionQuery, transactionOrder } from '../transactions/matching-transactions.ts';
import { hasManyOutsideRanges, rangedTransactions } from './ranged-transactions.ts';

/** Of 256 rows each. A text that more of them may contain is not rare. */
const maxRanges = 400;
/** Where most of them have a match or more, enough for a page; more where other filters let few pass. */
const newestRanges = [80, 400];
/** Rows outside ranges that are read one by one. */
const maxOutside = 20_000;
/** Three characters each. That many rule out all that more of them would. */
const maxBits = 12;

/**
 * The rows that may contain a text, by what is noted of ranges of rows (docs/decisions/0013): all of them, and
 * `isRare` when these are few; or more and more of the newest, with nothing left out in between. Null for texts of less
 * than three characters, and while much has no ranges yet.
 */
export async function findTextRanges(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
): Promise<{
  isRare: boolean;
  all: () => Knex.QueryBuilder;
  newest: () => Knex.QueryBuilder[];
} | null> {
  if (query.search === null) return null;
  const bits = signatureBits(await lower(database, query.search)).slice(0, maxBits);
  if (bits.length === 0 || (await hasManyOutsideRanges(database, maxOutside))) return null;
  const ranges = () => {
    // In their order, so that reading ends as soon as there are enough. By the last id, and not the first: ranges
    // of batches that came at the same time lie within each other.
    const found = database.from(
      database.raw('(SELECT * FROM text_ranges ORDER BY last_id DESC OFFSET 0) AS r'),
    );
    for (const bit of bits) found.whereRaw('get_bit(signature, ?) = 1', [bit]);
    return found;
  };
  const among = (chosen: Knex.QueryBuilder) =>
    matching
      .clone()
      .from(rangedTransactions(database, chosen.select('batch_id', 'first_id', 'last_id')))
      .clearOrder()
      .orderByRaw(transactionOrder(query));
  const next = (count: number) => ranges().select('last_id').offset(count).limit(1);
  return {
    isRare: (await next(maxRanges)).length === 0,
    all: () => among(ranges()),
    newest: () =>
      newestRanges.map((count) =>
        among(ranges().limit(count)).whereRaw('t.id > coalesce(?, 0)', [
          next(count) as unknown as Knex.Raw,
        ]),
      ),
  };
}

/** As the search compares: how characters are lowered is a matter of the database. */
async function lower(database: Database, text: string): Promise<string> {
  const result = await database.raw<{ rows: [{ lowered: string }] }>('SELECT lower(?) AS lowered', [
    text,
  ]);
  return result.rows[0].lowered;
}

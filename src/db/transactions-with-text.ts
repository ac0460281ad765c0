import type { Knex } from 'knex';
import { signatureBits } from '../domain/text-signature.ts';
import type { Database } from './database.ts';
import { type TransactionQuery, transactionOrder } from './matching-transactions.ts';
import { hasManyOutsideRanges, rangedTransactions } from './ranged-transactions.ts';
import type { Place } from './where-to-look.ts';

/** Of 256 rows each: mostly one match or more in each, and so enough for a page. */
const newestRanges = 80;
/** With more of them the whole table is read nearly as soon. */
const maxRanges = 400;
/** Rows outside ranges that are read one by one. */
const maxOutside = 20_000;
/** Three characters each. That many rule out all that more of them would. */
const maxBits = 12;

/**
 * Places in which a text is found by the ranges whose texts may contain it (docs/decisions/0013): the newest of
 * these, where the newest rows are wanted, and all of them, where they are few. None for texts of less than
 * three characters, and while much has no ranges yet.
 */
export async function* placesOfText(
  database: Database,
  query: TransactionQuery,
  matching: Knex.QueryBuilder,
): AsyncGenerator<Place> {
  const bits = signatureBits(await lower(database, query.search ?? '')).slice(0, maxBits);
  if (bits.length === 0 || (await hasManyOutsideRanges(database, maxOutside))) return;
  // By the last id, and not the first: ranges of batches that came at the same time lie within each other.
  const ranges = database('text_ranges').orderBy('last_id', 'desc');
  for (const bit of bits) ranges.whereRaw('get_bit(signature, ?) = 1', [bit]);
  const among = (chosen: Knex.QueryBuilder) =>
    matching
      .clone()
      .from(rangedTransactions(database, chosen.select('batch_id', 'first_id', 'last_id')))
      .clearOrder()
      .orderByRaw(transactionOrder(query));

  const [first] = query.sort;
  if (first?.field === 'id' && first.direction === 'desc' && query.sort.length === 1) {
    const next = ranges.clone().select('last_id').offset(newestRanges).limit(1);
    yield {
      among: among(ranges.clone().limit(newestRanges)).whereRaw('t.id > coalesce(?, 0)', [
        next as unknown as Knex.Raw,
      ]),
      isAll: false,
    };
  }
  const some = ranges
    .clone()
    .select('last_id')
    .limit(maxRanges + 1);
  const [found] = await database.from(some.as('some')).count<{ count: number }[]>('* as count');
  if ((found?.count ?? 0) <= maxRanges) yield { among: among(ranges.clone()), isAll: true };
}

/** As the search compares: how characters are lowered is a matter of the database. */
async function lower(database: Database, text: string): Promise<string> {
  const result = await database.raw<{ rows: [{ lowered: string }] }>('SELECT lower(?) AS lowered', [
    text,
  ]);
  return result.rows[0].lowered;
}

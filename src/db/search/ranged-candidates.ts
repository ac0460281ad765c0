import type { Knex } from 'knex';
import { signatureBits } from '../../domain/text-signature.ts';
import type { Database } from '../connection/database.ts';
import { whereFilter } from '../list-page.ts';
import {
  isNewestFirst,
  isOfDecisions,
  isSetByHand,
  type TransactionQuery,
} from './matching-transactions.ts';
import { type OrderedRanges, rowsOfFirstRanges, rowsOfRanges } from './ranged-transactions.ts';

/** Ranges of 512 ids each. Reading as many takes a quarter of a second. */
const maxCategoryRanges = 500;
/** Other filters may let too few rows pass, and then the table has to be read after all. */
const maxCategoryRangesFiltered = 200;
/** Comparing texts takes longer. */
const maxCategoryRangesSearched = 50;
/** Ranges of 512 ids each, of which the newest are read first. Two hundred take a tenth of a second. */
const maxDecisionRanges = 200;
const newestDecisionRanges = [40, maxDecisionRanges];
/** Ranges of 256 ids each. A text that more of them may contain is not rare. */
const maxTextRanges = 400;
/** The newest ranges that may contain a text: the first number is mostly enough for a page. */
const newestTextRanges = [80, maxTextRanges];
/** Twelve groups of three characters rule out what more of them would. */
const maxBits = 12;

/** What ranges of categories tell about their rows. */
const rangeColumns: Readonly<Record<string, string>> = {
  category_id: 'category_id',
  uncategorized: '(category_id IS NULL)',
};

/**
 * Rows of the ranges that may have a match, in a FROM as `t`: all of them where these are few, otherwise those that
 * come first. None where ranges don't help.
 */
export async function* rangedCandidates(
  database: Database,
  query: TransactionQuery,
  bits: readonly number[],
  end: number,
): AsyncGenerator<{ rows: Knex.Raw; isAll: boolean }> {
  const { sort, filters, search } = query;
  if (filters.some(isSetByHand)) {
    yield { rows: rowsOfRanges(database, handRanges(database)), isAll: true };
    return;
  }
  if (bits.length > 0) {
    const ranges = textRanges(database, bits);
    if (await areFew(ranges, maxTextRanges)) {
      yield { rows: rowsOfRanges(database, ranges), isAll: true };
      return;
    }
    if (isNewestFirst(query))
      for (const count of newestTextRanges)
        yield {
          rows: rowsOfFirstRanges(database, { ranges, ...newestFirst }, count),
          isAll: false,
        };
  }
  const decided = decisionRanges(database, filters);
  if (decided !== null && search === null) {
    if (await areFew(decided, maxDecisionRanges)) {
      yield { rows: rowsOfRanges(database, decided), isAll: true };
      return;
    }
    if (isNewestFirst(query))
      for (const count of newestDecisionRanges)
        yield {
          rows: rowsOfFirstRanges(database, { ranges: decided, ...newestFirst }, count),
          isAll: false,
        };
  }
  if (sort[0]?.field === 'amount' && sort.length === 1) {
    const ranges = categoryRanges(database, filters);
    const isOfRanges = search === null && filters.every(({ field }) => field in rangeColumns);
    const max = isOfRanges ? maxCategoryRanges : maxFiltered(search);
    // Each range has at least one row that comes before those of all that follow.
    const count = isOfRanges ? end + 1 : max;
    const isOfCategories = filters.some(({ field }) => field in rangeColumns);
    const all = isOfCategories ? ranges : ofAnyCategory(database, ranges);
    if (!(await areFew(all, Math.min(count, max)))) {
      const ordered = { ranges, ...byAmount[sort[0].direction] };
      if (count <= max) yield { rows: rowsOfFirstRanges(database, ordered, count), isAll: false };
      if (count >= max || !(await areFew(all, max))) return;
    }
    yield { rows: rowsOfRanges(database, all), isAll: true };
  }
}

const newestFirst: Omit<OrderedRanges, 'ranges'> = {
  order: 'last_id DESC',
  isBefore: (from) => `t.id > (SELECT last_id ${from})`,
};

/** Amounts repeat, so ranges are ordered by amount and id, as rows are. */
const byAmount: Record<'asc' | 'desc', Omit<OrderedRanges, 'ranges'>> = {
  asc: {
    order: 'min_amount, first_id',
    isBefore: (from) => `(t.amount, t.id) < (SELECT min_amount, first_id ${from})`,
  },
  desc: {
    order: 'max_amount DESC, last_id DESC',
    isBefore: (from) => `(t.amount, t.id) > (SELECT max_amount, last_id ${from})`,
  },
};

function categoryRanges(
  database: Database,
  filters: TransactionQuery['filters'],
): Knex.QueryBuilder {
  const ranges = database('category_ranges').where('is_set_by_hand', false).select('*');
  for (const filter of filters) {
    const column = rangeColumns[filter.field];
    if (column !== undefined) whereFilter(ranges, column, filter);
  }
  return ranges;
}

/** Each block of ids once, so that its rows are not read again for every category. */
const ofAnyCategory = (database: Database, ranges: Knex.QueryBuilder): Knex.QueryBuilder =>
  database
    .from(ranges.clone().as('r'))
    .groupBy('batch_id', 'first_id')
    .select('batch_id', 'first_id', database.raw('0 AS category_id'))
    .max('last_id as last_id');

const handRanges = (database: Database): Knex.QueryBuilder =>
  database('category_ranges').where('is_set_by_hand', true).select('*');

/** Ranges of the decisions that filters ask for; null if they don't ask for decisions of which there may be few. */
function decisionRanges(
  database: Database,
  filters: TransactionQuery['filters'],
): Knex.QueryBuilder | null {
  const asked = filters.filter(isOfDecisions);
  if (asked.length === 0) return null;
  const ranges = database('decision_ranges').distinct(
    'batch_id',
    'first_id',
    'last_id',
    database.raw('0 AS category_id'),
  );
  for (const filter of asked) whereFilter(ranges, filter.field, filter);
  return ranges;
}

/** In the order of the primary key, which has the newest ranges last, so that reading ends once there are enough. */
function textRanges(database: Database, bits: readonly number[]): Knex.QueryBuilder {
  const ranges = database
    .from(database.raw('(SELECT * FROM text_ranges ORDER BY last_id DESC OFFSET 0) AS r'))
    .select('batch_id', 'first_id', 'last_id', database.raw('0 AS category_id'));
  for (const bit of bits) ranges.whereRaw('get_bit(signature, ?) = 1', [bit]);
  return ranges;
}

const areFew = async (ranges: Knex.QueryBuilder, max: number): Promise<boolean> =>
  (await ranges.clone().offset(max).limit(1)).length === 0;

const maxFiltered = (search: string | null): number =>
  search === null ? maxCategoryRangesFiltered : maxCategoryRangesSearched;

/** The bits of a text as the search compares it: how characters are lowered is a matter of the database. */
export async function findSignatureBits(database: Database, text: string): Promise<number[]> {
  const result = await database.raw<{ rows: [{ lowered: string }] }>('SELECT lower(?) AS lowered', [
    text,
  ]);
  return signatureBits(result.rows[0].lowered).slice(0, maxBits);
}

import { textSignature } from '../../domain/text-signature.ts';
import { lockSomeBatches } from '../batches/lock-some-batches.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { texts } from '../transactions/matching-transactions.ts';

/** Rows a range of amounts: few, so that little is read for each row that is looked for, and many, so that ranges take little room. */
const rowsPerAmountRange = 64;
/** Of a category's amounts, of which one in two rows would have one of its own otherwise. */
const rowsPerCategoryRange = 256;
/** Of texts: the fewer, the more of them a word rules out. */
const rowsPerTextRange = 256;

/** Ids of which texts are read at once, so that those of a large batch take little memory: a multiple of a range. */
const idsAtOnce = 200 * rowsPerTextRange;

const rowsOfBatches = `
  FROM batches b
  JOIN transactions t ON t.id >= b.first_transaction_id AND t.id <= b.last_transaction_id AND t.batch_id = b.id`;

/** The ranges of amounts of batches `b`, with room for a condition between. Amounts never change, so neither do these. */
export const amountRanges = `
  SELECT b.id AS batch_id, min(t.id) AS first_id, max(t.id) AS last_id, min(t.amount) AS least, max(t.amount) AS largest
    ${rowsOfBatches}`;
export const groupedToAmountRanges = `GROUP BY b.id, (t.id - b.first_transaction_id) / ${rowsPerAmountRange}`;

/** Where the range of a row `t` of batch `b` begins, and what ids it stands for: whoever changes a category finds it by these. */
const categoryRange = `
  CROSS JOIN LATERAL (
    SELECT b.first_transaction_id + (t.id - b.first_transaction_id) / ${rowsPerCategoryRange} * ${rowsPerCategoryRange} AS first_id
  ) AS range`;
const lastOfCategoryRange = `range.first_id + ${rowsPerCategoryRange - 1}`;

/** The ranges of each category's amounts, in the same way. */
export const categoryRanges = `
  SELECT b.id AS batch_id, range.first_id, ${lastOfCategoryRange} AS last_id, coalesce(t.category_id, 0) AS category_id,
         min(t.amount) AS least, max(t.amount) AS largest
    ${rowsOfBatches} ${categoryRange}`;
export const groupedToCategoryRanges = 'GROUP BY b.id, range.first_id, coalesce(t.category_id, 0)';

/**
 * Notes of completed batches what lists find rows by: the amounts of every few rows, those of each category
 * among them, and what their texts may contain. Returns how many batches; 0 when there is none left, and null
 * when somebody else moves a whole category or takes rows into the totals. A list finds the rows of each batch either
 * by its ranges or, as long as it has none, one by one.
 */
export async function noteRanges(database: Database): Promise<number | null> {
  return database.transaction(async (trx) => {
    const lock = await trx.raw<{ rows: [{ isHeld: boolean }] }>(
      `SELECT pg_try_advisory_xact_lock(${advisoryLocks.totals}) AS "isHeld"`,
    );
    if (!lock.rows[0].isHeld) return null;
    const ids = await lockSomeBatches(trx, { status: 'completed', has_ranges: false });
    if (ids.length === 0) return 0;
    // Statements of their own: they see what those have written whom the lock has waited for.
    await trx.raw(
      `INSERT INTO amount_ranges (batch_id, first_id, last_id, least, largest)
         ${amountRanges} WHERE b.id = ANY (?::uuid[]) ${groupedToAmountRanges}`,
      [ids],
    );
    await trx.raw(
      `INSERT INTO category_amount_ranges (batch_id, first_id, last_id, category_id, least, largest)
         ${categoryRanges} WHERE b.id = ANY (?::uuid[]) ${groupedToCategoryRanges}`,
      [ids],
    );
    for await (const ranges of textRangesOf(trx, ids)) {
      await trx.raw(
        `INSERT INTO text_ranges (batch_id, first_id, last_id, signature) ${textRangeRows}`,
        textRangeColumns(ranges) as never,
      );
    }
    await trx('batches').whereIn('id', ids).update({ has_ranges: true });
    return ids.length;
  });
}

/** Lets ranges stand for the categories that these rows have now. Their batches have ranges, and are locked. */
export async function widenCategoryRanges(
  trx: Transaction,
  transactionIds: readonly number[],
): Promise<void> {
  if (transactionIds.length === 0) return;
  await trx.raw(
    `INSERT INTO category_amount_ranges AS r (batch_id, first_id, last_id, category_id, least, largest)
       SELECT b.id, range.first_id, ${lastOfCategoryRange}, coalesce(t.category_id, 0), min(t.amount), max(t.amount)
         FROM transactions t JOIN batches b ON b.id = t.batch_id ${categoryRange}
        WHERE t.id = ANY (?::bigint[]) ${groupedToCategoryRanges} ORDER BY 1, 2, 4
     ON CONFLICT (batch_id, first_id, category_id) DO UPDATE
       SET least = least(r.least, excluded.least), largest = greatest(r.largest, excluded.largest)`,
    [transactionIds as number[]],
  );
}

export interface TextRange {
  batchId: string;
  firstId: number;
  lastId: number;
  signature: Buffer;
}

/** Ranges of texts as rows, of parameters that are made of them. */
export const textRangeRows = `
  SELECT * FROM unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::bytea[]) AS noted (batch_id, first_id, last_id, signature)`;
export const textRangeColumns = (ranges: readonly TextRange[]): unknown[] => [
  ranges.map(({ batchId }) => batchId),
  ranges.map(({ firstId }) => firstId),
  ranges.map(({ lastId }) => lastId),
  ranges.map(({ signature }) => signature),
];

/** The ranges of texts of batches, some at a time. Texts never change, so neither do these. */
export async function* textRangesOf(
  trx: Transaction,
  batchIds: readonly string[],
): AsyncGenerator<TextRange[]> {
  for (const pieces of piecesOf(await blocksOf(trx, batchIds))) {
    const { rows } = await trx.raw<{ rows: (Omit<TextRange, 'signature'> & { text: string })[] }>(
      `SELECT piece.batch_id AS "batchId", min(t.id) AS "firstId", max(t.id) AS "lastId",
              string_agg(CASE lowered WHEN alike THEN lowered ELSE lowered || E'\\x01' || alike END, E'\\x01') AS text
         FROM unnest(?::uuid[], ?::bigint[], ?::bigint[]) AS piece (batch_id, first_id, last_id)
         JOIN transactions t ON t.id >= piece.first_id AND t.id <= piece.last_id AND t.batch_id = piece.batch_id
        -- In both ways in which a search compares.
        CROSS JOIN LATERAL (SELECT lower(${texts} COLLATE "C") AS lowered, lower(${texts}) AS alike) AS texts
        GROUP BY piece.batch_id, (t.id - piece.first_id) / ${rowsPerTextRange}, piece.first_id`,
      [
        pieces.map(({ id }) => id),
        pieces.map(({ firstId }) => firstId),
        pieces.map(({ lastId }) => lastId),
      ],
    );
    yield rows.map(({ text, ...range }) => ({
      ...range,
      signature: textSignature(text.split('\x01')),
    }));
  }
}

interface Block {
  id: string;
  firstId: number;
  lastId: number;
}

async function blocksOf(trx: Transaction, batchIds: readonly string[]): Promise<Block[]> {
  return trx('batches')
    .whereIn('id', batchIds)
    .whereNotNull('first_transaction_id')
    .orderBy('first_transaction_id')
    .select<Block[]>({
      id: 'id',
      firstId: 'first_transaction_id',
      lastId: 'last_transaction_id',
    });
}

/** Blocks of ids, cut and put together to groups of about equal size. */
function* piecesOf(blocks: readonly Block[]): Generator<Block[]> {
  let pieces: Block[] = [];
  let ids = 0;
  for (const { id, firstId, lastId } of blocks) {
    for (let from = firstId; from <= lastId; from += idsAtOnce) {
      const piece = { id, firstId: from, lastId: Math.min(lastId, from + idsAtOnce - 1) };
      pieces.push(piece);
      ids += piece.lastId - piece.firstId + 1;
      if (ids < idsAtOnce) continue;
      yield pieces;
      pieces = [];
      ids = 0;
    }
  }
  if (pieces.length > 0) yield pieces;
}

import { textSignature } from '../../domain/text-signature.ts';
import { advisoryLocks } from '../connection/advisory-locks.ts';
import type { Database, Transaction } from '../connection/database.ts';
import { lockSomeBatches } from '../lock-some-batches.ts';
import { Batch } from '../models/batch.ts';
import { texts } from './matching-transactions.ts';

/**
 * Ids of a range of categories. With fewer, all ranges together would take longer to read; with more, so would
 * the rows of those that are chosen.
 */
const idsPerCategoryRange = 512;
/** Ids of a range of texts: the fewer, the more ranges a word rules out. */
const idsPerTextRange = 256;

/** Ids of which texts are read at once, so that those of a large batch take little memory: a multiple of a range. */
const idsAtOnce = 200 * idsPerTextRange;

const rowsOfBatches = `
  FROM batches b
  JOIN transactions t ON t.id >= b.first_transaction_id AND t.id <= b.last_transaction_id AND t.batch_id = b.id`;
const firstIdOfBlock = `t.id - (t.id - b.first_transaction_id) % ${idsPerCategoryRange}`;
const lastIdOfBlock = `least(${firstIdOfBlock} + ${idsPerCategoryRange} - 1, b.last_transaction_id)`;

/**
 * The ranges of categories of the rows `t` of batches `b` that a condition chooses. Each row lies in the range of
 * its block of ids, and a row that is set by hand has one of its own besides.
 */
export const categoryRanges = (condition: string): string => `
  SELECT b.id AS batch_id, ${firstIdOfBlock} AS first_id, ${lastIdOfBlock} AS last_id, false AS is_set_by_hand,
         t.category_id, min(t.amount) AS min_amount, max(t.amount) AS max_amount
    ${rowsOfBatches} WHERE ${condition} GROUP BY 1, 2, 3, t.category_id
   UNION ALL
  SELECT b.id, t.id, t.id, true, t.category_id, t.amount, t.amount
    ${rowsOfBatches} WHERE ${condition} AND t.category_source = 'manual'`;

/** The ranges of decisions of the rows `t` of batches `b` that a condition chooses. */
export const decisionRanges = (condition: string): string => `
  SELECT DISTINCT b.id AS batch_id, ${firstIdOfBlock} AS first_id, ${lastIdOfBlock} AS last_id, t.category_source,
         coalesce(t.needs_review, false) AS needs_review
    ${rowsOfBatches} WHERE ${condition} AND t.category_source <> 'manual'`;

/** Everybody writes ranges in the same order, so that two transactions that widen the same ones never deadlock. */
const writeCategoryRanges = (condition: string): string => `
  INSERT INTO category_ranges AS r (batch_id, first_id, last_id, is_set_by_hand, category_id, min_amount, max_amount)
    ${categoryRanges(condition)} ORDER BY 1, 2, 4, 5
  ON CONFLICT (batch_id, first_id, is_set_by_hand, category_id) DO UPDATE
    SET min_amount = least(r.min_amount, excluded.min_amount), max_amount = greatest(r.max_amount, excluded.max_amount)`;

const writeDecisionRanges = (condition: string): string => `
  INSERT INTO decision_ranges (batch_id, first_id, last_id, category_source, needs_review)
    ${decisionRanges(condition)} ORDER BY 1, 2, 4, 5
  ON CONFLICT DO NOTHING`;

/**
 * Builds the ranges of some batches that are completed or failed, by which lists find their rows. Until then lists read
 * these rows one by one. Returns the number of batches: 0 when none is left, and null while another process builds
 * ranges, rolls up totals or moves a whole category.
 */
export async function buildSearchRanges(database: Database): Promise<number | null> {
  return database.transaction(async (trx) => {
    const lock = await trx.raw<{ rows: [{ isHeld: boolean }] }>(
      `SELECT pg_try_advisory_xact_lock(${advisoryLocks.totals}) AS "isHeld"`,
    );
    if (!lock.rows[0].isHeld) return null;
    const ids = await lockSomeBatches(trx, ['completed', 'failed'], 'has_ranges');
    if (ids.length === 0) return 0;
    // Separate statements begin after the batches are locked, and so see every category change that came before.
    await trx.raw(writeCategoryRanges('b.id = ANY (:ids::uuid[])'), { ids });
    await trx.raw(writeDecisionRanges('b.id = ANY (:ids::uuid[])'), { ids });
    for await (const ranges of readTextRanges(trx, ids)) {
      await trx.raw(
        `INSERT INTO text_ranges (batch_id, first_id, last_id, signature) ${textRangeRows}`,
        textRangeColumns(ranges) as never,
      );
    }
    await Batch.query(trx).findByIds(ids).patch({ hasRanges: true });
    return ids.length;
  });
}

/**
 * Makes the ranges include rows about which somebody has just decided anew. The caller holds the locks of their batches.
 * Ranges that the rows have left stay as they are: lists look at the rows themselves as well.
 */
export async function widenSearchRanges(
  trx: Transaction,
  transactionIds: readonly number[],
): Promise<void> {
  const ids = transactionIds as number[];
  await trx.raw(writeCategoryRanges('t.id = ANY (:ids::bigint[]) AND b.has_ranges'), { ids });
  await trx.raw(writeDecisionRanges('t.id = ANY (:ids::bigint[]) AND b.has_ranges'), { ids });
}

export interface TextRange {
  batchId: string;
  firstId: number;
  lastId: number;
  signature: Buffer;
}

/** Ranges of texts as rows, of parameters that are made of them. */
export const textRangeRows = `
  SELECT * FROM unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::bytea[]) AS built (batch_id, first_id, last_id, signature)`;
export const textRangeColumns = (ranges: readonly TextRange[]): unknown[] => [
  ranges.map(({ batchId }) => batchId),
  ranges.map(({ firstId }) => firstId),
  ranges.map(({ lastId }) => lastId),
  ranges.map(({ signature }) => signature),
];

/** The ranges of texts of batches, some at a time. Texts never change, and so these don't either. */
export async function* readTextRanges(
  trx: Transaction,
  batchIds: readonly string[],
): AsyncGenerator<TextRange[]> {
  for (const pieces of cutBlocks(await findBlocks(trx, batchIds))) {
    const { rows } = await trx.raw<{ rows: (Omit<TextRange, 'signature'> & { text: string })[] }>(
      `SELECT piece.batch_id AS "batchId", min(t.id) AS "firstId", max(t.id) AS "lastId",
              string_agg(CASE lowered WHEN alike THEN lowered ELSE lowered || E'\\x01' || alike END, E'\\x01') AS text
         FROM unnest(?::uuid[], ?::bigint[], ?::bigint[]) AS piece (batch_id, first_id, last_id)
         JOIN transactions t ON t.id >= piece.first_id AND t.id <= piece.last_id AND t.batch_id = piece.batch_id
        -- A search compares in one of these ways, depending on its text.
        CROSS JOIN LATERAL (SELECT lower(${texts} COLLATE "C") AS lowered, lower(${texts}) AS alike) AS texts
        GROUP BY piece.batch_id, (t.id - piece.first_id) / ${idsPerTextRange}, piece.first_id`,
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

async function findBlocks(trx: Transaction, batchIds: readonly string[]): Promise<Block[]> {
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

/** Cuts large blocks of ids, and puts small ones together, to groups of about equal size. */
function* cutBlocks(blocks: readonly Block[]): Generator<Block[]> {
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

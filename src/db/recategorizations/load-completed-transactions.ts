import type { Knex } from 'knex';
import { characterCount, minMatchCharacters } from '../../domain/normalize-text.ts';
import { possibleMatch } from '../categories/possible-match.ts';
import type { Database } from '../connection/database.ts';
import { CategoryPattern } from '../models/category-pattern.ts';
import type { Recategorization } from '../models/recategorization.ts';
import { type StoredDecision, selectDecision } from '../transactions/stored-decision.ts';

/** A processed row with its texts and its present decision. */
export interface CompletedTransaction extends StoredDecision {
  id: number;
  accountId: string;
  merchantName: string | null;
  description: string | null;
}

/** The rows between two ids, both inclusive, that a recategorization includes, in the order of their ids. */
export async function loadCompletedTransactions(
  database: Database,
  { scope, accountId, categoryId, patternId, startDate, endDate }: Recategorization,
  firstId: number,
  lastId: number,
): Promise<CompletedTransaction[]> {
  const mayMatch = patternId === null ? null : await patternCondition(database, patternId);
  return database('transactions as t')
    .where('id', '>=', firstId)
    .where('id', '<=', lastId)
    .where('ingestion_status', 'completed')
    .modify((query) => {
      if (scope === 'uncategorized') query.whereNull('category_id');
      if (accountId !== null) query.where('account_id', accountId);
      if (categoryId !== null) query.where('category_id', categoryId);
      if (mayMatch !== null) query.where(mayMatch);
      if (startDate !== null) query.where('date', '>=', startDate);
      if (endDate !== null) query.where('date', '<=', endDate);
    })
    .orderBy('id')
    .select<CompletedTransaction[]>({
      id: 'id',
      accountId: 'account_id',
      merchantName: 'merchant_name',
      description: 'description',
      ...selectDecision,
    });
}

/** Rows that the pattern may match now, or matched before it changed. The condition lets too many rows pass rather than too few. */
async function patternCondition(
  database: Database,
  patternId: number,
): Promise<(query: Knex.QueryBuilder) => void> {
  const pattern = await CategoryPattern.query(database).findById(patternId);
  return (query) => {
    query.where('matched_pattern_id', patternId);
    if (pattern === undefined || characterCount(pattern.normalizedPattern) < minMatchCharacters)
      return;
    const { sql, bindings } = possibleMatch(pattern.normalizedPattern);
    query.orWhereRaw(sql, bindings);
  };
}

import { v7 as uuidV7 } from 'uuid';
import {
  markBatchCompleted,
  markBatchProcessing,
} from '../../src/db/batches/change-batch-status.ts';
import { insertBatch } from '../../src/db/batches/insert-batch.ts';
import type { Database } from '../../src/db/connection/database.ts';
import { Batch } from '../../src/db/models/batch.ts';
import { completeTransactions } from '../../src/db/transactions/complete-transactions.ts';
import { hashApiKey } from '../../src/domain/api-key.ts';
import type { NewTransaction } from '../../src/domain/transaction.ts';
import { patternMatch } from './pattern-match.ts';

let rowCount = 0;

/** Makes a row with an id of its own. A test gives the fields that it is about. */
export function makeTransaction(given: Partial<NewTransaction> = {}): NewTransaction {
  return {
    transactionId: `t-${rowCount++}`,
    accountId: 'acc-1',
    amount: '-1.00',
    currency: 'USD',
    date: '2026-01-15',
    merchantName: null,
    description: null,
    ...given,
  };
}

/** Stores a batch as the API would. */
export async function insertTestBatch(database: Database, rows: NewTransaction[]): Promise<Batch> {
  const [key] = await database('api_keys')
    .insert({ name: 'test', prefix: 'test', key_hash: hashApiKey('test'), scopes: ['ingest'] })
    .onConflict('key_hash')
    .merge(['name'])
    .returning<{ id: number }[]>('id');
  const id = uuidV7();
  await database.transaction((trx) =>
    insertBatch(trx, { id, apiKeyId: key?.id as number, requestId: null }, [rows]),
  );
  return (await Batch.query(database).findById(id)) as Batch;
}

/** Stores a batch and completes it as a worker would. Each row gets the category that is given for it, or none. */
export async function insertCompletedBatch(
  database: Database,
  rows: NewTransaction[],
  categoryOf: (row: NewTransaction) => number | null = () => null,
): Promise<Batch> {
  const { id, firstTransactionId } = await insertTestBatch(database, rows);
  await markBatchProcessing(database, id, 'run');
  await completeTransactions(
    database,
    [id],
    rows.map((row, index) => {
      const categoryId = categoryOf(row);
      return {
        id: (firstTransactionId as number) + index,
        match: categoryId === null ? null : patternMatch(categoryId),
      };
    }),
  );
  await markBatchCompleted(database, id);
  return (await Batch.query(database).findById(id)) as Batch;
}

/** Stores a category with its patterns. Returns its id. */
export async function insertCategory(
  database: Database,
  name: string,
  patterns: string[],
): Promise<number> {
  const [category] = await database('categories')
    .insert({ name, normalized_name: name.toLowerCase(), color: '#336699' })
    .returning<{ id: number }[]>('id');
  const categoryId = category?.id as number;
  for (const pattern of patterns) {
    await database('category_patterns').insert({
      category_id: categoryId,
      pattern,
      normalized_pattern: pattern.toLowerCase(),
    });
  }
  return categoryId;
}

import { z } from 'zod';
import { sourceFormat } from '../../../domain/category-match.ts';
import { maxBulkTransactions } from '../../../domain/limits.ts';
import { statuses } from '../../../domain/status.ts';
import { categoryConfidence, categorySource, needsReview } from '../../batches/schema.ts';
import { categoryId, maxBigintId } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

export const adminTransactionSchema = z
  .object({
    id: z.int(),
    batch_id: z.uuid(),
    transaction_id: z.string(),
    account_id: z.string(),
    amount: z.string().meta({ description: 'Exact decimal.', example: '-42.10' }),
    currency: z.string(),
    date: z.iso.date(),
    merchant_name: z.string().nullable(),
    description: z.string().nullable(),
    ingestion_status: z.enum(statuses),
    category_id: z.int().nullable(),
    category: z.string().nullable().meta({ description: "The category's name." }),
    category_source: categorySource,
    category_confidence: categoryConfidence,
    needs_review: needsReview,
    matched_pattern_id: z.int().nullable(),
    matched_pattern: z
      .string()
      .nullable()
      .meta({ description: 'Null if the pattern has been deleted.' }),
    matched_field: z.enum(['merchant_name', 'description']).nullable(),
  })
  .meta({ id: 'Transaction' });

export const transactionChangeSchema = z.strictObject(
  {
    category_id: categoryId
      .nullable()
      .meta({ description: 'Null for no category, which is also kept.' }),
  },
  { error: 'must be a JSON object' },
);

const id = z
  .int({ error: 'must be the id of a transaction' })
  .min(1, { error: 'must be the id of a transaction' });

const ids = z
  .array(id, { error: 'must be ids of transactions' })
  .min(1, { error: 'must have at least one id' })
  .max(maxBulkTransactions, { error: `must have at most ${maxBulkTransactions} ids` });

export const bulkCategorySchema = transactionChangeSchema.extend({ ids });

export const bulkClearSchema = z.strictObject({ ids }, { error: 'must be a JSON object' });

export const bulkResultSchema = z.object({
  changed_count: z
    .int()
    .meta({ description: 'The number of changed rows. Unknown ids are ignored.' }),
});

/** Not one of a list, since a deployment may have categorizers of its own. */
const source = z.string().regex(sourceFormat, { error: 'must be the name of a source' });

export const transactionListQuery = listQuery({
  sortable: ['id', 'date', 'amount'] as const,
  defaultSort: { field: 'id', direction: 'desc' },
  filters: {
    id: { value: filterValue.id(maxBigintId), operators: ['eq'] },
    status: { value: filterValue.oneOf(statuses), operators: ['eq', 'ne'] },
    category_id: { value: filterValue.id(), operators: ['eq', 'ne'] },
    uncategorized: { value: filterValue.boolean, operators: ['eq'] },
    category_source: { value: source, operators: ['eq', 'ne'] },
    needs_review: { value: filterValue.boolean, operators: ['eq'] },
    account_id: { value: filterValue.text, operators: ['eq'] },
    transaction_id: { value: filterValue.text, operators: ['eq'] },
    batch_id: { value: filterValue.uuid, operators: ['eq'] },
    currency: { value: filterValue.text, operators: ['eq', 'ne'] },
    date: { value: filterValue.date, operators: ['eq', 'gte', 'lte'] },
    amount: { value: filterValue.amount, operators: ['eq', 'gte', 'lte'] },
  },
});

export type AdminTransactionBody = z.infer<typeof adminTransactionSchema>;

import { z } from 'zod';
import { statuses } from '../../../domain/status.ts';
import { categoryId, maxBigintId } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

const categorySources = ['pattern', 'manual'] as const;

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
    category_source: z.enum(categorySources).nullable().meta({
      description: 'manual: set by hand, which also "no category" can be; processing keeps it.',
    }),
    matched_pattern_id: z.int().nullable(),
    matched_pattern: z.string().nullable().meta({ description: 'Null when it was deleted since.' }),
    matched_field: z.enum(['merchant_name', 'description']).nullable(),
  })
  .meta({ id: 'Transaction' });

export const transactionChangeSchema = z.strictObject(
  {
    category_id: categoryId
      .nullable()
      .meta({ description: 'Null for no category, which is kept as well.' }),
  },
  { error: 'must be a JSON object' },
);

export const transactionListQuery = listQuery({
  sortable: ['id', 'date', 'amount'] as const,
  defaultSort: { field: 'id', direction: 'desc' },
  filters: {
    id: { value: filterValue.id(maxBigintId), operators: ['eq'] },
    status: { value: filterValue.oneOf(statuses), operators: ['eq', 'ne'] },
    category_id: { value: filterValue.id(), operators: ['eq', 'ne'] },
    uncategorized: { value: filterValue.boolean, operators: ['eq'] },
    category_source: { value: filterValue.oneOf(categorySources), operators: ['eq', 'ne'] },
    account_id: { value: filterValue.text, operators: ['eq'] },
    transaction_id: { value: filterValue.text, operators: ['eq'] },
    batch_id: { value: filterValue.uuid, operators: ['eq'] },
    currency: { value: filterValue.text, operators: ['eq', 'ne'] },
    date: { value: filterValue.date, operators: ['eq', 'gte', 'lte'] },
    amount: { value: filterValue.amount, operators: ['eq', 'gte', 'lte'] },
  },
});

export type AdminTransactionBody = z.infer<typeof adminTransactionSchema>;

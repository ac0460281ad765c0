import { z } from 'zod';
import { statuses } from '../../../domain/status.ts';
import { batchSchema } from '../../batches/schema.ts';
import { filterValue, listQuery } from '../list-query.ts';

/** With the id under the name that every admin resource has it. */
export const adminBatchSchema = batchSchema
  .extend({ id: z.uuid().meta({ description: 'The same as batch_id.' }) })
  .meta({ id: 'AdminBatch' });

export const adminBatchListQuery = listQuery({
  sortable: ['id', 'created_at', 'transaction_count', 'duplicate_count'] as const,
  defaultSort: { field: 'id', direction: 'desc' },
  filters: {
    id: { value: filterValue.uuid, operators: ['eq'] },
    status: { value: filterValue.oneOf(statuses), operators: ['eq', 'ne'] },
    created_at: { value: filterValue.dateTime, operators: ['gte', 'lte'] },
    duplicate_count: { value: filterValue.integer, operators: ['gte', 'lte'] },
  },
});

export type AdminBatchBody = z.infer<typeof adminBatchSchema>;

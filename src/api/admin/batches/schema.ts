import { z } from 'zod';
import { statuses } from '../../../domain/status.ts';
import { batchSchema, batchWithConflictsSchema } from '../../batches/schema.ts';
import { filterValue, listQuery } from '../list-query.ts';

/** With the id under the name that every admin resource has it. */
const withId = { id: z.uuid().meta({ description: 'The same as batch_id.' }) };

export const adminBatchSchema = batchSchema.extend(withId).meta({ id: 'AdminBatch' });
export const adminBatchWithConflictsSchema = batchWithConflictsSchema
  .extend(withId)
  .meta({ id: 'AdminBatchWithConflicts' });

export const adminBatchListQuery = listQuery({
  sortable: ['id', 'created_at', 'transaction_count', 'duplicate_count', 'conflict_count'] as const,
  defaultSort: { field: 'created_at', direction: 'desc' },
  filters: {
    id: { value: filterValue.uuid, operators: ['eq'] },
    status: { value: filterValue.oneOf(statuses), operators: ['eq', 'ne'] },
    created_at: { value: filterValue.dateTime, operators: ['gte', 'lte'] },
    duplicate_count: { value: filterValue.integer, operators: ['gte', 'lte'] },
    conflict_count: { value: filterValue.integer, operators: ['gte', 'lte'] },
  },
});

export type AdminBatchBody = z.infer<typeof adminBatchSchema>;
export type AdminBatchWithConflictsBody = z.infer<typeof adminBatchWithConflictsSchema>;

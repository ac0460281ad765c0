import { z } from 'zod';
import { maxListedConflicts } from '../../domain/limits.ts';
import { statuses } from '../../domain/status.ts';
import { conflictFields } from '../../domain/transaction.ts';
import { page, pageQuery } from '../pagination.ts';

const dateTime = z.iso.datetime();
const status = z.enum(statuses);
const money = z.string().meta({ description: 'Exact decimal.', example: '-42.10' });

export const statusCountsSchema = z
  .object({ pending: z.int(), processing: z.int(), completed: z.int(), failed: z.int() })
  .meta({ id: 'StatusCounts', description: 'Rows per status.' });

export const batchSchema = z
  .object({
    batch_id: z.uuid(),
    request_id: z.string().nullable(),
    status,
    transaction_count: z.int().meta({ description: 'Rows stored.' }),
    duplicate_count: z.int(),
    conflict_count: z.int().meta({
      description: 'Duplicates that differ from the stored row.',
    }),
    processing_status: statusCountsSchema,
    categorized_count: z.int(),
    uncategorized_count: z.int(),
    failure_reason: z.string().nullable(),
    created_at: dateTime,
    started_at: dateTime.nullable(),
    finished_at: dateTime.nullable(),
    workflow: z
      .object({
        workflow_id: z.string(),
        run_id: z.string().nullable(),
        url: z.url().meta({ description: 'The run in the Temporal UI.' }),
      })
      .nullable()
      .meta({
        description:
          'Null for a batch that came through Kafka and could not be stored: it has no rows, and nothing processes it.',
      }),
  })
  .meta({ id: 'Batch' });

export const batchConflictSchema = z
  .object({
    row: z.int().meta({ description: 'Index in the body, from 0.' }),
    account_id: z.string(),
    transaction_id: z.string(),
    stored_batch_id: z.uuid().meta({
      description: 'The batch of the stored row; this batch if it contains the row twice.',
    }),
    fields: z.array(z.enum(conflictFields)).meta({ description: 'The fields that differ.' }),
  })
  .meta({ id: 'BatchConflict' });

export const batchWithConflictsSchema = batchSchema
  .extend({
    conflicts: z.array(batchConflictSchema).meta({
      description: `The first ${maxListedConflicts}, in the order of the body. The stored rows do not change.`,
    }),
  })
  .meta({ id: 'BatchWithConflicts' });

/** Who decided the category of a row, and how sure the decision is. */
export const categorySource = z.string().nullable().meta({
  description:
    'Who decided: pattern, memory, model or llm, or another categorizer of this installation; manual if it was set by hand, possibly to "no category", which processing keeps. Null if nobody has.',
  example: 'pattern',
});
export const categoryConfidence = z.number().min(0).max(1).nullable().meta({
  description: 'The share of such decisions that are right, as far as is known. Null for manual.',
  example: 0.955,
});
export const needsReview = z.boolean().meta({
  description: 'Whether the confidence is too low for the target precision. The decision counts.',
});

export const batchTransactionSchema = z
  .object({
    transaction_id: z.string(),
    account_id: z.string(),
    amount: money,
    currency: z.string(),
    date: z.iso.date(),
    merchant_name: z.string().nullable(),
    description: z.string().nullable(),
    ingestion_status: status,
    category: z.string().nullable(),
    category_source: categorySource,
    category_confidence: categoryConfidence,
    needs_review: needsReview,
    match: z
      .object({
        pattern_id: z.int(),
        pattern: z
          .string()
          .nullable()
          .meta({ description: 'Null if the pattern has been deleted.' }),
        field: z.enum(['merchant_name', 'description']),
      })
      .nullable()
      .meta({
        description:
          'The pattern that gave the row its category. Null if something else did, or it has none.',
      }),
  })
  .meta({ id: 'BatchTransaction' });

export const batchPageSchema = page(batchSchema).meta({ id: 'BatchPage' });
export const batchTransactionPageSchema = page(batchTransactionSchema).meta({
  id: 'BatchTransactionPage',
});

export const batchListQuery = z.object({ ...pageQuery, status: status.optional() });
export const batchTransactionListQuery = z.object(pageQuery);

export type BatchBody = z.infer<typeof batchSchema>;
export type BatchWithConflictsBody = z.infer<typeof batchWithConflictsSchema>;
export type BatchTransactionBody = z.infer<typeof batchTransactionSchema>;

import { z } from 'zod';
import { requestIdSchema } from '../../ingestion/transaction-schema.ts';

const totalTransactions = { error: 'must be a whole number' };

/** The body around the rows; the rows are validated one by one, so that a large batch doesn't stop the process. */
export const batchSchema = z.object(
  {
    request_id: requestIdSchema,
    total_transactions: z
      .int(totalTransactions)
      .min(0, totalTransactions)
      .nullish()
      .meta({ description: 'If sent, it must equal the number of transactions.' }),
    transactions: z.array(z.unknown(), {
      error: (issue) => (issue.input === undefined ? 'is required' : 'must be an array'),
    }),
  },
  { error: 'must be a JSON object' },
);

/** The query of an NDJSON stream, whose lines have no place for these fields. */
export const streamQuerySchema = z.object({
  request_id: requestIdSchema,
  total_transactions: z.coerce
    .number(totalTransactions)
    .int(totalTransactions)
    .min(0, totalTransactions)
    .optional(),
});

export const acceptedBatchSchema = z
  .object({
    batch_id: z.uuid(),
    status: z.literal('pending'),
    transaction_count: z
      .int()
      .meta({ description: 'Rows stored. From a gateway, the rows of the request.' }),
    duplicate_count: z.int().meta({
      description:
        'Rows that are already stored or appear earlier in the same body. They are not stored again. Null from a gateway.',
      override: { type: ['integer', 'null'] },
    }),
    conflict_count: z.int().meta({
      description:
        'Duplicates that differ from the stored row, which does not change. The batch lists the first ones. Null from a gateway.',
      override: { type: ['integer', 'null'] },
    }),
    request_id: z.string().nullable(),
  })
  .meta({ id: 'AcceptedBatch' });

export type AcceptedBatch = z.infer<typeof acceptedBatchSchema>;

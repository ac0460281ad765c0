import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { maxIdCharacters } from '../../domain/limits.ts';
import { transactionSchema } from '../../ingestion/transaction-schema.ts';
import { problems, rateLimitHeaders } from '../problem-schema.ts';
import { acceptedBatchSchema, batchSchema, streamQuerySchema } from './schema.ts';

export const transactionPaths: ZodOpenApiPathsObject = {
  '/api/integrations/transactions/': {
    post: {
      operationId: 'postTransactions',
      tags: ['Ingestion'],
      summary: 'Capture a batch of transactions',
      description: [
        'All or nothing: with one bad row nothing is stored. The answer is sent once the rows are committed; processing follows.',
        'A row whose (account_id, transaction_id) is stored already, or stands earlier in the same body, counts as a duplicate and is not stored again. One whose amount, currency, date, merchant name or description differs from the stored row counts as a conflict, too; the batch lists the first ones.',
        'NDJSON carries one transaction a line, and up to 1,000,000 of them; request_id and total_transactions go into the query. JSON and NDJSON may be compressed with gzip, to a 200th of their size at most. A row has at most 256 KiB, a stream at most 10,000 blank lines more than transactions.',
        "A body of Plaid's /transactions/get is accepted as it is. Amounts are never flipped: here, negative is money spent, which is the reverse of Plaid's sign.",
        'All keys share what the API can take in evenly. Bodies must come at 1 KiB a second at least, and streams at a row a second, counted over the last ten seconds; where there is no room left, the slowest of the key that takes most gives way (408). Requests, rows and bytes of a key are limited by the minute (429): what is beyond is refused before it is stored.',
        'With an Idempotency-Key the first 202 is kept for 24 hours and replayed; an answer that is an error is not kept.',
        'A gateway in front of Kafka takes batches by the same contract, and answers before they are stored. Its 202 counts the rows of the request and neither duplicates nor conflicts; until it is stored, the batch is a 404. A repeat under an Idempotency-Key has the same batch_id without Idempotency-Replayed, and another body under the same key is a failed batch instead of a 422. While Kafka is away it answers 503 `kafka_unavailable`.',
        'With an API key that is bound to accounts, a row of another account is a 403 `account_not_allowed`, whose errors name each such row. Rows that are not valid are told of first.',
      ].join('\n\n'),
      requestParams: {
        query: streamQuerySchema,
        header: z.object({ 'Idempotency-Key': z.string().min(1).max(maxIdCharacters).optional() }),
      },
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: batchSchema.extend({
              transactions: z.array(transactionSchema).min(1).max(100_000),
            }),
          },
          'application/x-ndjson': {
            schema: z.string().meta({ description: 'One transaction per line.' }),
          },
        },
      },
      responses: {
        '202': {
          description:
            'Stored. With Idempotency-Replayed: true, this is the response to an earlier request.',
          headers: z.object({
            Location: z.string().meta({ description: 'The URL of the batch.' }),
            'Idempotency-Replayed': z.literal('true').optional(),
            ...rateLimitHeaders,
          }),
          content: { 'application/json': { schema: acceptedBatchSchema } },
        },
        ...problems('400', '408', '409', '413', '415', '422'),
      },
    },
  },
};

import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../problem-schema.ts';
import {
  batchListQuery,
  batchPageSchema,
  batchTransactionListQuery,
  batchTransactionPageSchema,
  batchWithConflictsSchema,
} from './schema.ts';

const path = z.object({ batch_id: z.uuid() });
const tags = ['Batches'];

export const batchPaths: ZodOpenApiPathsObject = {
  '/api/integrations/batches': {
    get: {
      operationId: 'listBatches',
      tags,
      summary: 'Batches, newest first',
      description: 'Does not include conflicts; each batch lists its own.',
      requestParams: { query: batchListQuery },
      responses: {
        '200': {
          description: 'A page.',
          content: { 'application/json': { schema: batchPageSchema } },
        },
        ...problems('400'),
      },
    },
  },
  '/api/integrations/batches/{batch_id}': {
    get: {
      operationId: 'getBatch',
      tags,
      summary: 'Get a batch',
      requestParams: { path },
      responses: {
        '200': {
          description: 'The batch.',
          content: { 'application/json': { schema: batchWithConflictsSchema } },
        },
        ...problems('404'),
      },
    },
  },
  '/api/integrations/batches/{batch_id}/transactions': {
    get: {
      operationId: 'listBatchTransactions',
      tags,
      summary: 'The rows of a batch, in the order in which they were sent',
      requestParams: { path, query: batchTransactionListQuery },
      responses: {
        '200': {
          description: 'A page.',
          content: { 'application/json': { schema: batchTransactionPageSchema } },
        },
        ...problems('400', '404'),
      },
    },
  },
  '/api/integrations/batches/{batch_id}/events': {
    get: {
      operationId: 'streamBatchEvents',
      tags,
      summary: 'Stream progress as server-sent events',
      description:
        '`progress` whenever the batch changes, `end` once it is completed or failed. The data is the batch as JSON.',
      requestParams: { path },
      responses: {
        '200': {
          description: 'The stream.',
          content: { 'text/event-stream': { schema: z.string() } },
        },
        ...problems('404'),
      },
    },
  },
  '/api/integrations/batches/{batch_id}/retry': {
    post: {
      operationId: 'retryBatch',
      tags,
      summary: 'Process a failed batch again',
      description:
        'Completed rows do not change. A batch that came through Kafka and could not be stored is stored from its dead letter, once what was wrong is right.',
      requestParams: { path },
      responses: {
        '202': {
          description: 'The batch is pending again.',
          content: { 'application/json': { schema: batchWithConflictsSchema } },
        },
        ...problems('404', '409'),
      },
    },
  },
};

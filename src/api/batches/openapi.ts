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
      description: 'Without their conflicts, which each batch lists itself.',
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
      summary: 'What became of a batch',
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
      summary: 'The rows of a batch, in the order they were sent',
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
      summary: 'Progress as server-sent events',
      description:
        '`progress` whenever the batch changed, `end` once it is completed or failed; the data is the batch as JSON.',
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
      description: 'Rows that were completed stay as they are.',
      requestParams: { path },
      responses: {
        '202': {
          description: 'It is pending again.',
          content: { 'application/json': { schema: batchWithConflictsSchema } },
        },
        ...problems('404', '409'),
      },
    },
  },
};

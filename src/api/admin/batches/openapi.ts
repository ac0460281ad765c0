import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { listOperation, readOperation } from '../openapi-operations.ts';
import { adminBatchListQuery, adminBatchSchema, adminBatchWithConflictsSchema } from './schema.ts';

const tags = ['Batches'];

export const adminBatchPaths: ZodOpenApiPathsObject = {
  '/api/admin/batches': {
    get: listOperation(
      {
        operationId: 'listAllBatches',
        tags,
        summary: 'Batches for the console, newest first',
        description: 'q searches request ids.',
      },
      adminBatchListQuery,
      adminBatchSchema,
    ),
  },
  '/api/admin/batches/{id}': {
    get: readOperation(
      { operationId: 'getBatchAsAdmin', tags, summary: 'A batch for the console' },
      adminBatchWithConflictsSchema,
    ),
  },
  '/api/admin/batches/{id}/retry': {
    post: {
      operationId: 'retryBatchAsAdmin',
      tags,
      summary: 'Process a failed batch again',
      requestParams: { path: z.object({ id: z.string() }) },
      responses: {
        '202': {
          description: 'The batch is pending again.',
          content: { 'application/json': { schema: adminBatchWithConflictsSchema } },
        },
        ...problems('404', '409'),
      },
    },
  },
};

import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { listOperation, readOperation } from '../openapi-operations.ts';
import { adminBatchListQuery, adminBatchSchema } from './schema.ts';

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
      adminBatchSchema,
    ),
  },
};

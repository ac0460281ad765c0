import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { apiKeyPaths } from './api-keys/openapi.ts';
import { adminBatchPaths } from './batches/openapi.ts';
import { categoryPaths } from './categories/openapi.ts';
import { categoryPatternPaths } from './category-patterns/openapi.ts';
import { adminTransactionPaths } from './transactions/openapi.ts';

export const adminPaths: ZodOpenApiPathsObject = {
  ...categoryPaths,
  ...categoryPatternPaths,
  ...adminTransactionPaths,
  ...adminBatchPaths,
  ...apiKeyPaths,
};

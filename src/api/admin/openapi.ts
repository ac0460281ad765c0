import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { apiKeyPaths } from './api-keys/openapi.ts';
import { auditLogPaths } from './audit-log/openapi.ts';
import { adminBatchPaths } from './batches/openapi.ts';
import { categoryPaths } from './categories/openapi.ts';
import { categorizerPaths } from './categorizers/openapi.ts';
import { categoryPatternPaths } from './category-patterns/openapi.ts';
import { eventPaths } from './events/openapi.ts';
import { learningPaths } from './learning/openapi.ts';
import { overviewPaths } from './overview-openapi.ts';
import { recategorizationPaths } from './recategorizations/openapi.ts';
import { sessionPaths } from './session/openapi.ts';
import { suggestionPaths } from './suggestions/openapi.ts';
import { systemPaths } from './system/openapi.ts';
import { adminTransactionPaths } from './transactions/openapi.ts';
import { userPaths } from './users/openapi.ts';

export const adminPaths: ZodOpenApiPathsObject = {
  ...categoryPaths,
  ...categoryPatternPaths,
  ...categorizerPaths,
  ...adminTransactionPaths,
  ...adminBatchPaths,
  ...apiKeyPaths,
  ...sessionPaths,
  ...userPaths,
  ...auditLogPaths,
  ...eventPaths,
  ...overviewPaths,
  ...recategorizationPaths,
  ...suggestionPaths,
  ...learningPaths,
  ...systemPaths,
};

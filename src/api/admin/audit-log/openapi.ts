import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { listOperation } from '../openapi-operations.ts';
import { auditEntrySchema, auditLogQuery } from './schema.ts';

export const auditLogPaths: ZodOpenApiPathsObject = {
  '/api/admin/audit-log': {
    get: listOperation(
      {
        operationId: 'listAuditLog',
        tags: ['Audit log'],
        summary: 'Who changed what, newest first',
        description:
          'Only admins see entries about users, API keys and exports, and e-mail addresses.',
      },
      auditLogQuery,
      auditEntrySchema,
    ),
  },
};

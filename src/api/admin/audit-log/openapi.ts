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
          'Entries about users, API keys and exports are for admins alone, and so are e-mail addresses.',
      },
      auditLogQuery,
      auditEntrySchema,
    ),
  },
};

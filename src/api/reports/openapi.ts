import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../problem-schema.ts';
import { summaryQuerySchema, summarySchema } from './schema.ts';

export const reportPaths: ZodOpenApiPathsObject = {
  '/api/reports/account/{account_id}/summary': {
    get: {
      operationId: 'getAccountSummary',
      tags: ['Reports'],
      summary: 'What an account spent and earned',
      description:
        'Both dates are inclusive; the range has at most 365 days. Every stored row counts, whatever its status. The report is cached for 300 seconds, or until a batch with rows of the account is processed or categories change.',
      requestParams: { path: z.object({ account_id: z.string() }), query: summaryQuerySchema },
      responses: {
        '200': {
          description: 'The summary.',
          headers: z.object({
            'X-Cache': z.enum(['hit', 'miss']),
            Age: z.string().meta({ description: 'Seconds since the report was created.' }),
            ETag: z.string(),
          }),
          content: { 'application/json': { schema: summarySchema } },
        },
        '304': { description: 'Not modified since the ETag in If-None-Match.' },
        ...problems('400', '404'),
      },
    },
  },
};

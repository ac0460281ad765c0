import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../problem-schema.ts';
import { summaryParametersSchema, summarySchema } from '../reports/schema.ts';
import {
  accountListQuerySchema,
  accountSchema,
  overviewAnswerSchema,
  overviewCsvOptionsSchema,
  overviewOptionsSchema,
  overviewQuerySchema,
} from './accounts/schema.ts';
import { dashboardQuerySchema, dashboardSchema } from './dashboard/schema.ts';
import {
  uncategorizedGroupsQuerySchema,
  uncategorizedGroupsSchema,
} from './uncategorized-groups/schema.ts';

const json = (description: string, schema: z.ZodType) => ({
  '200': { description, content: { 'application/json': { schema } } },
});
const path = z.object({ id: z.string() });

/** What the console shows that is no list of things. */
export const overviewPaths: ZodOpenApiPathsObject = {
  '/api/admin/dashboard': {
    get: {
      operationId: 'getDashboard',
      tags: ['Overview'],
      summary: 'What came in, what is stuck, and what was spent on what',
      requestParams: { query: dashboardQuerySchema },
      responses: { ...json('The dashboard.', dashboardSchema), ...problems('400') },
    },
  },
  '/api/admin/uncategorized-groups': {
    get: {
      operationId: 'listUncategorizedGroups',
      tags: ['Overview'],
      summary: 'Uncategorized transactions by merchant, the largest group first',
      requestParams: { query: uncategorizedGroupsQuerySchema },
      responses: { ...json('The groups.', uncategorizedGroupsSchema), ...problems('400') },
    },
  },
  '/api/admin/accounts': {
    get: {
      operationId: 'listAccounts',
      tags: ['Accounts'],
      summary: 'Accounts whose id begins with a text',
      requestParams: { query: accountListQuerySchema },
      responses: {
        ...json('In the order of their ids.', z.array(accountSchema)),
        ...problems('400'),
      },
    },
  },
  '/api/admin/accounts/{id}/summary': {
    get: {
      operationId: 'getAccountSummaryAsAdmin',
      tags: ['Accounts'],
      summary: 'The summary report, not cached',
      requestParams: { path, query: overviewQuerySchema },
      responses: { ...json('The summary.', summarySchema), ...problems('400', '404') },
    },
  },
  '/api/admin/accounts/{id}/overview': {
    get: {
      operationId: 'getAccountOverview',
      tags: ['Accounts'],
      summary: 'By month and by category, beside the period before',
      description: 'Cached like the summary report, whose figures it has.',
      requestParams: { path, query: summaryParametersSchema.extend(overviewOptionsSchema.shape) },
      responses: { ...json('The overview.', overviewAnswerSchema), ...problems('400', '404') },
    },
  },
  '/api/admin/accounts/{id}/overview.csv': {
    get: {
      operationId: 'exportAccountOverview',
      tags: ['Accounts'],
      summary: 'The overview by month or by category, as CSV',
      description:
        'For who may export; audited. Texts that a spreadsheet would take for a formula begin with an apostrophe.',
      requestParams: {
        path,
        query: summaryParametersSchema.extend(overviewCsvOptionsSchema.shape),
      },
      responses: {
        '200': { description: 'The lines.', content: { 'text/csv': { schema: z.string() } } },
        ...problems('400', '404'),
      },
    },
  },
};

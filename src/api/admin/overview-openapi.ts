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

/** Pages of the console that are not lists of resources. */
export const overviewPaths: ZodOpenApiPathsObject = {
  '/api/admin/dashboard': {
    get: {
      operationId: 'getDashboard',
      tags: ['Overview'],
      summary: 'What arrived, what is stuck, and what was spent by category',
      requestParams: { query: dashboardQuerySchema },
      responses: { ...json('The dashboard.', dashboardSchema), ...problems('400') },
    },
  },
  '/api/admin/uncategorized-groups': {
    get: {
      operationId: 'listUncategorizedGroups',
      tags: ['Overview'],
      summary: 'Uncategorized transactions by merchant, largest group first',
      requestParams: { query: uncategorizedGroupsQuerySchema },
      responses: { ...json('The groups.', uncategorizedGroupsSchema), ...problems('400') },
    },
  },
  '/api/admin/accounts': {
    get: {
      operationId: 'listAccounts',
      tags: ['Accounts'],
      summary: 'Accounts whose id starts with a text',
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
      summary: 'By month and by category, compared with the previous period',
      description: 'Has the figures of the summary report, and is cached like it.',
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
        'Requires the right to export, and is audited. Texts that a spreadsheet could take for a formula start with an apostrophe.',
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

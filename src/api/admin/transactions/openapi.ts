import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { listOperation, readOperation, updateOperation } from '../openapi-operations.ts';
import { transactionExplanationSchema } from './explanation-schema.ts';
import {
  adminTransactionSchema,
  bulkCategorySchema,
  bulkClearSchema,
  bulkResultSchema,
  transactionChangeSchema,
  transactionListQuery,
} from './schema.ts';

const tags = ['Transactions'];

const bulkOperation = (
  operation: { operationId: string; tags: string[]; summary: string; description: string },
  body: z.ZodType,
): ZodOpenApiOperationObject => ({
  ...operation,
  requestBody: { required: true, content: { 'application/json': { schema: body } } },
  responses: {
    '200': {
      description: 'The number of changed transactions.',
      content: { 'application/json': { schema: bulkResultSchema } },
    },
    ...problems('400', '409', '413', '415'),
  },
});

export const adminTransactionPaths: ZodOpenApiPathsObject = {
  '/api/admin/transactions': {
    get: listOperation(
      {
        operationId: 'listTransactions',
        tags,
        summary: 'Transactions, newest first',
        description:
          'q searches merchant names and descriptions. Filters other than id, account_id and batch_id look at the newest rows first, then at the whole table. With filters, X-Total-Count counts up to 1,000.',
      },
      transactionListQuery,
      adminTransactionSchema,
    ),
  },
  '/api/admin/transactions/{id}/explanation': {
    get: readOperation(
      {
        operationId: 'explainTransaction',
        tags,
        summary: 'Explain the category, and which category the categorizers would give now',
      },
      transactionExplanationSchema,
    ),
  },
  '/api/admin/transactions/export.csv': {
    get: {
      operationId: 'exportTransactions',
      tags,
      summary: 'Export all matching transactions as CSV',
      description:
        'Requires the right to export, and is audited. A client that does not read is cut off. Filters and order are those of the list; _start and _end have no effect. Cells that a spreadsheet could take for a formula start with an apostrophe.',
      requestParams: { query: transactionListQuery as unknown as z.ZodObject },
      responses: {
        '200': {
          description: 'RFC 4180, UTF-8, with a header line.',
          headers: z.object({ 'Content-Disposition': z.string() }),
          content: { 'text/csv': { schema: z.string() } },
        },
        ...problems('400', '503'),
      },
    },
  },
  '/api/admin/transactions/bulk-set-category': {
    post: bulkOperation(
      {
        operationId: 'setTransactionCategories',
        tags,
        summary: 'Set the category of many transactions by hand',
        description: 'Changes all of them or none. Processing keeps what was set by hand.',
      },
      bulkCategorySchema,
    ),
  },
  '/api/admin/transactions/bulk-clear-manual': {
    post: bulkOperation(
      {
        operationId: 'clearManualCategories',
        tags,
        summary: 'Return transactions set by hand to the categorizers',
        description: 'Rows that were not set by hand do not change.',
      },
      bulkClearSchema,
    ),
  },
  '/api/admin/transactions/{id}': {
    get: readOperation(
      { operationId: 'getTransaction', tags, summary: 'A transaction' },
      adminTransactionSchema,
    ),
    patch: updateOperation(
      {
        operationId: 'setTransactionCategory',
        tags,
        summary: 'Set the category by hand',
        description: 'Processing keeps what was set by hand.',
      },
      transactionChangeSchema,
      adminTransactionSchema,
    ),
  },
};

import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { listOperation, readOperation, updateOperation } from '../openapi-operations.ts';
import { transactionExplanationSchema } from './explanation-schema.ts';
import { adminTransactionSchema, transactionChangeSchema, transactionListQuery } from './schema.ts';

const tags = ['Transactions'];

export const adminTransactionPaths: ZodOpenApiPathsObject = {
  '/api/admin/transactions': {
    get: listOperation(
      {
        operationId: 'listTransactions',
        tags,
        summary: 'Transactions, newest first',
        description:
          'q searches merchant names and descriptions. Filters other than by id, account_id and batch_id read the whole table.',
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
        summary: 'Why it has its category, and which one it would get now',
      },
      transactionExplanationSchema,
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

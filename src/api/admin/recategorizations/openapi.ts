import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { listOperation, readOperation } from '../openapi-operations.ts';
import {
  newRecategorizationSchema,
  recategorizationListQuery,
  recategorizationSchema,
} from './schema.ts';

const tags = ['Recategorizations'];
const content = { 'application/json': { schema: recategorizationSchema } };

export const recategorizationPaths: ZodOpenApiPathsObject = {
  '/api/admin/recategorizations': {
    get: listOperation(
      { operationId: 'listRecategorizations', tags, summary: 'Recategorizations, newest first' },
      recategorizationListQuery,
      recategorizationSchema,
    ),
    post: {
      operationId: 'createRecategorization',
      tags,
      summary: 'Apply the patterns to stored transactions',
      description:
        'Runs as a workflow, which survives restarts. Rows set by hand do not change unless include_manual is true.',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: newRecategorizationSchema } },
      },
      responses: {
        '202': {
          description: 'Stored; it starts now.',
          headers: z.object({ Location: z.string() }),
          content,
        },
        ...problems('400', '409', '413', '415'),
      },
    },
  },
  '/api/admin/recategorizations/{id}': {
    get: readOperation(
      { operationId: 'getRecategorization', tags, summary: 'A recategorization and its progress' },
      recategorizationSchema,
    ),
  },
  '/api/admin/recategorizations/{id}/cancel': {
    post: {
      operationId: 'cancelRecategorization',
      tags,
      summary: 'Cancel a recategorization',
      description: 'Rows that were already changed stay changed.',
      requestParams: { path: z.object({ id: z.string() }) },
      responses: {
        '200': { description: 'Cancelled; it changes no more rows.', content },
        ...problems('404', '409'),
      },
    },
  },
};

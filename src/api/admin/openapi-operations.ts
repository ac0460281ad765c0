import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { problems } from '../problem-schema.ts';

/** The parts that the operations of all admin resources share in the OpenAPI document. */
interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
}

const path = z.object({ id: z.string() });

const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } });

export const listOperation = (
  operation: Operation,
  query: z.ZodType,
  entry: z.ZodType,
): ZodOpenApiOperationObject => ({
  ...operation,
  requestParams: { query: query as z.ZodObject },
  responses: {
    '200': {
      description: 'The entries from _start (inclusive) to _end (exclusive).',
      headers: z.object({
        'X-Total-Count': z
          .string()
          .meta({ description: 'The number of entries that match the filters.' }),
        'X-Total-Count-Capped': z.literal('true').optional().meta({
          description:
            'Sent if there are more entries than X-Total-Count, which is where counting stopped.',
        }),
      }),
      ...json(z.array(entry)),
    },
    ...problems('400'),
  },
});

export const readOperation = (
  operation: Operation,
  entry: z.ZodType,
): ZodOpenApiOperationObject => ({
  ...operation,
  requestParams: { path },
  responses: { '200': { description: 'The entry.', ...json(entry) }, ...problems('404') },
});

export const createOperation = (
  operation: Operation,
  body: z.ZodType,
  entry: z.ZodType,
): ZodOpenApiOperationObject => ({
  ...operation,
  requestBody: { required: true, ...json(body) },
  responses: {
    '201': {
      description: 'Created.',
      headers: z.object({ Location: z.string() }),
      ...json(entry),
    },
    ...problems('400', '409', '413', '415'),
  },
});

export const updateOperation = (
  operation: Operation,
  body: z.ZodType,
  entry: z.ZodType,
): ZodOpenApiOperationObject => ({
  ...operation,
  requestParams: { path },
  requestBody: { required: true, ...json(body) },
  responses: {
    '200': { description: 'The updated entry.', ...json(entry) },
    ...problems('400', '404', '409', '413', '415'),
  },
});

export const deleteOperation = (operation: Operation): ZodOpenApiOperationObject => ({
  ...operation,
  requestParams: { path },
  responses: { '204': { description: 'Done.' }, ...problems('404') },
});

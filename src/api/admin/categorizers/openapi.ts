import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import { categorizerChangeSchema, categorizerPreviewSchema, categorizerSchema } from './schema.ts';

const tags = ['Categorizers'];
const path = z.object({ name: z.string() });
const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } });

export const categorizerPaths: ZodOpenApiPathsObject = {
  '/api/admin/categorizers': {
    get: {
      operationId: 'listCategorizers',
      tags,
      summary: 'The categorizers, in the order in which they are heard',
      responses: {
        '200': { description: 'All of them.', ...json(z.array(categorizerSchema)) },
      },
    },
  },
  '/api/admin/categorizers/{name}': {
    patch: {
      operationId: 'updateCategorizer',
      tags,
      summary: 'Change how a categorizer takes part',
      description:
        'Counts for every batch posted after the answer, without training. Stored transactions do not change; a recategorization applies it to them.',
      requestParams: { path },
      requestBody: { required: true, ...json(categorizerChangeSchema) },
      responses: {
        '200': { description: 'The categorizer.', ...json(categorizerSchema) },
        ...problems('400', '404', '409', '413', '415'),
      },
    },
  },
  '/api/admin/categorizers/{name}/preview': {
    post: {
      operationId: 'previewCategorizer',
      tags,
      summary: 'Show what a change of a categorizer would change',
      description: 'Changes nothing. The same rows are drawn each time, unless there are new ones.',
      requestParams: { path },
      requestBody: { required: true, ...json(categorizerChangeSchema) },
      responses: {
        '200': {
          description: 'What the categorizers would decide about a sample of rows.',
          ...json(categorizerPreviewSchema),
        },
        ...problems('400', '404', '413', '415'),
      },
    },
  },
};

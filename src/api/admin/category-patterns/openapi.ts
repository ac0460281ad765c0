import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import {
  createOperation,
  deleteOperation,
  listOperation,
  readOperation,
  updateOperation,
} from '../openapi-operations.ts';
import { bulkDeleteQuery, bulkMoveSchema, bulkResultSchema } from './bulk-schema.ts';
import { patternTestResultSchema, patternTestSchema } from './match-schema.ts';
import { patternPreviewResultSchema, patternPreviewSchema } from './preview-schema.ts';
import {
  categoryPatternChangeSchema,
  categoryPatternListQuery,
  categoryPatternSchema,
  newCategoryPatternSchema,
} from './schema.ts';

const tags = ['Category patterns'];

export const categoryPatternPaths: ZodOpenApiPathsObject = {
  '/api/admin/category-patterns': {
    get: listOperation(
      { operationId: 'listCategoryPatterns', tags, summary: 'Patterns with their categories' },
      categoryPatternListQuery,
      categoryPatternSchema,
    ),
    post: createOperation(
      {
        operationId: 'createCategoryPattern',
        tags,
        summary: 'Create a pattern',
        description: 'Applies to rows that are processed from now on.',
      },
      newCategoryPatternSchema,
      categoryPatternSchema,
    ),
    delete: {
      operationId: 'deleteCategoryPatterns',
      tags,
      summary: 'Delete patterns',
      description: 'Rows that the patterns matched keep their category.',
      requestParams: { query: bulkDeleteQuery },
      responses: {
        '200': {
          description: 'The number of deleted patterns.',
          content: { 'application/json': { schema: bulkResultSchema } },
        },
        ...problems('400'),
      },
    },
  },
  '/api/admin/category-patterns/bulk-move': {
    post: {
      operationId: 'moveCategoryPatterns',
      tags,
      summary: 'Move patterns to a category',
      requestBody: { required: true, content: { 'application/json': { schema: bulkMoveSchema } } },
      responses: {
        '200': {
          description: 'The number of moved patterns.',
          content: { 'application/json': { schema: bulkResultSchema } },
        },
        ...problems('400', '413', '415'),
      },
    },
  },
  '/api/admin/category-patterns/test': {
    post: {
      operationId: 'testPatterns',
      tags,
      summary: 'Find the pattern that wins for a text, and the others that match',
      description: 'Changes nothing.',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: patternTestSchema } },
      },
      responses: {
        '200': {
          description: 'The winner, and the losers with the reasons.',
          content: { 'application/json': { schema: patternTestResultSchema } },
        },
        ...problems('400', '413', '415'),
      },
    },
  },
  '/api/admin/category-patterns/preview': {
    post: {
      operationId: 'previewPattern',
      tags,
      summary: 'Preview the effect of saving a pattern on stored transactions',
      description:
        'Returns how many rows would move between which categories if the patterns were applied again, and which patterns overlap with this one. Changes nothing. Reads the whole table.',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: patternPreviewSchema } },
      },
      responses: {
        '200': {
          description: 'The effect of the pattern.',
          content: { 'application/json': { schema: patternPreviewResultSchema } },
        },
        ...problems('400', '404', '413', '415'),
      },
    },
  },
  '/api/admin/category-patterns/{id}': {
    get: readOperation(
      { operationId: 'getCategoryPattern', tags, summary: 'A pattern' },
      categoryPatternSchema,
    ),
    patch: updateOperation(
      { operationId: 'updateCategoryPattern', tags, summary: 'Change a pattern' },
      categoryPatternChangeSchema,
      categoryPatternSchema,
    ),
    delete: deleteOperation({
      operationId: 'deleteCategoryPattern',
      tags,
      summary: 'Delete a pattern',
      description: 'Rows that the pattern matched keep their category.',
    }),
  },
};

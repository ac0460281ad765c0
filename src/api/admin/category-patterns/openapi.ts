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
        description: 'Counts for rows that are processed from then on.',
      },
      newCategoryPatternSchema,
      categoryPatternSchema,
    ),
    delete: {
      operationId: 'deleteCategoryPatterns',
      tags,
      summary: 'Delete patterns',
      description: 'Rows that they matched keep their category.',
      requestParams: { query: bulkDeleteQuery },
      responses: {
        '200': {
          description: 'How many were deleted.',
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
          description: 'How many were moved.',
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
      summary: 'Which pattern wins for a text, and which others match it',
      description: 'Changes nothing.',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: patternTestSchema } },
      },
      responses: {
        '200': {
          description: 'The winner, and the losers with what they lose by.',
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
      summary: 'What saving a pattern would do to stored transactions',
      description:
        'Changes nothing: how many rows would move from which category to which when patterns are applied to them again, and with which patterns it overlaps. Reads the whole table.',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: patternPreviewSchema } },
      },
      responses: {
        '200': {
          description: 'Its effect.',
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
      description: 'Rows that it matched keep their category.',
    }),
  },
};

import type { ZodOpenApiPathsObject } from 'zod-openapi';
import {
  createOperation,
  deleteOperation,
  listOperation,
  readOperation,
  updateOperation,
} from '../openapi-operations.ts';
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

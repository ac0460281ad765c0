import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problems } from '../../problem-schema.ts';
import {
  createOperation,
  deleteOperation,
  listOperation,
  readOperation,
  updateOperation,
} from '../openapi-operations.ts';
import {
  categoryChangeSchema,
  categoryExportSchema,
  categoryImportSchema,
  categoryListQuery,
  categoryMergeSchema,
  categorySchema,
  importedSchema,
  maxImportCategories,
  maxImportPatterns,
  newCategorySchema,
} from './schema.ts';

const tags = ['Categories'];

export const categoryPaths: ZodOpenApiPathsObject = {
  '/api/admin/categories': {
    get: listOperation(
      { operationId: 'listCategories', tags, summary: 'Categories with their counts' },
      categoryListQuery,
      categorySchema,
    ),
    post: createOperation(
      { operationId: 'createCategory', tags, summary: 'Create a category' },
      newCategorySchema,
      categorySchema,
    ),
  },
  '/api/admin/categories/{id}': {
    get: readOperation({ operationId: 'getCategory', tags, summary: 'A category' }, categorySchema),
    patch: updateOperation(
      { operationId: 'updateCategory', tags, summary: 'Rename or recolor a category' },
      categoryChangeSchema,
      categorySchema,
    ),
    delete: deleteOperation({
      operationId: 'deleteCategory',
      tags,
      summary: 'Delete a category',
      description: 'Its patterns go with it; its transactions stay, without a category.',
    }),
  },
  '/api/admin/categories/{id}/merge': {
    post: {
      operationId: 'mergeCategory',
      tags,
      summary: 'Merge a category into another one',
      description:
        'Its patterns and its transactions go to the other one, and it is deleted. What was set by hand stays set by hand. Takes some seconds for a million transactions.',
      requestParams: { path: z.object({ id: z.string() }) },
      requestBody: {
        required: true,
        content: { 'application/json': { schema: categoryMergeSchema } },
      },
      responses: {
        '200': {
          description: 'The other one, as it is now.',
          content: { 'application/json': { schema: categorySchema } },
        },
        ...problems('400', '404', '413', '415'),
      },
    },
  },
  '/api/admin/categories/import': {
    post: {
      operationId: 'importCategories',
      tags,
      summary: 'Create the categories and patterns that are missing',
      description: `All or nothing. What exists already, by its name or pattern whatever the case, is not changed: neither a color, nor a priority, nor the category of a pattern. At most ${maxImportCategories} categories and ${maxImportPatterns} patterns.`,
      requestBody: {
        required: true,
        content: { 'application/json': { schema: categoryImportSchema } },
      },
      responses: {
        '200': {
          description: 'What became of it.',
          content: { 'application/json': { schema: importedSchema } },
        },
        ...problems('400', '413', '415'),
      },
    },
  },
  '/api/admin/categories/export': {
    get: {
      operationId: 'exportCategories',
      tags,
      summary: 'All categories with their patterns, as an import takes them',
      responses: {
        '200': {
          description: 'Everything.',
          content: { 'application/json': { schema: categoryExportSchema } },
        },
        ...problems(),
      },
    },
  },
};

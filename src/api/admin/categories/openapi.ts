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
  csvColumns,
  importedSchema,
  importPreviewSchema,
  importQuery,
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
      description: `All or nothing. What exists already, by its name or pattern whatever the case, is not changed: neither a color, nor a priority, nor the category of a pattern. At most ${maxImportCategories} categories and ${maxImportPatterns} patterns. A CSV file has the header ${csvColumns.join()}, of which the last three may be missing, and a line a pattern, of 8 KiB at most; a line without a pattern is a category alone. What an export put before cells that a spreadsheet would compute is taken off again.`,
      requestParams: { query: importQuery },
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: categoryImportSchema },
          'text/csv': {
            schema: z.string(),
            example: 'category,pattern,priority,match_mode\r\nGroceries,walmart,0,contains\r\n',
          },
        },
      },
      responses: {
        '200': {
          description: 'What became of it; of a dry run, what would.',
          content: {
            'application/json': { schema: z.union([importPreviewSchema, importedSchema]) },
          },
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
      description: 'For who may export; audited.',
      responses: {
        '200': {
          description: 'Everything.',
          content: { 'application/json': { schema: categoryExportSchema } },
        },
        ...problems(),
      },
    },
  },
  '/api/admin/categories/export.csv': {
    get: {
      operationId: 'exportCategoriesAsCsv',
      tags,
      summary: 'The same as a CSV file',
      description:
        'For who may export; audited. Cells that a spreadsheet would compute begin with an apostrophe, which an import takes off again.',
      responses: {
        '200': {
          description: 'RFC 4180, UTF-8, with a header line.',
          headers: z.object({ 'Content-Disposition': z.string() }),
          content: { 'text/csv': { schema: z.string() } },
        },
        ...problems(),
      },
    },
  },
};

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
      description: 'Deletes its patterns. Its transactions stay, without a category.',
    }),
  },
  '/api/admin/categories/{id}/merge': {
    post: {
      operationId: 'mergeCategory',
      tags,
      summary: 'Merge a category into another one',
      description:
        'Moves its patterns and transactions to the other category, then deletes it. What was set by hand remains set by hand. Takes some seconds for a million transactions.',
      requestParams: { path: z.object({ id: z.string() }) },
      requestBody: {
        required: true,
        content: { 'application/json': { schema: categoryMergeSchema } },
      },
      responses: {
        '200': {
          description: 'The updated target category.',
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
      summary: 'Create missing categories and patterns',
      description: `Imports everything or nothing. Existing names and patterns (ignoring case) do not change, including color, priority and category. At most ${maxImportCategories} categories and ${maxImportPatterns} patterns. A CSV file has the header ${csvColumns.join()}, of which the last three are optional, and a line of at most 8 KiB for each pattern. A line without a pattern is a category without patterns. Apostrophes that an export put before formulas are removed.`,
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
          description: 'The result, or, for a dry run, the expected result.',
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
      summary: 'Export all categories with their patterns, in the format of an import',
      description: 'Requires the right to export, and is audited.',
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
      summary: 'Export all categories with their patterns as CSV',
      description:
        'Requires the right to export, and is audited. Cells that a spreadsheet could take for a formula start with an apostrophe, which an import removes.',
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

import { readFile } from 'node:fs/promises';
import { readJsonImport } from '../api/admin/categories/read-json-import.ts';
import { ApiError } from '../domain/errors.ts';
import type { CategoryPattern } from '../domain/pattern-set.ts';
import type { CategoryIds } from './category-ids.ts';

/**
 * Reads categories and patterns from a JSON file, as an import would. Throws ApiError, which names each bad entry.
 */
export async function readPatterns(
  file: string,
  categories: CategoryIds,
): Promise<CategoryPattern[]> {
  const text = await readFile(file, 'utf8');
  const patterns: CategoryPattern[] = [];
  for (const { name, patterns: own } of await readCategories(file, text)) {
    const categoryId = categories.idOf(name);
    for (const pattern of own) patterns.push({ ...pattern, id: patterns.length + 1, categoryId });
  }
  return patterns;
}

async function readCategories(file: string, text: string) {
  try {
    return await readJsonImport(text);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { code, errors, errorCount, message } = error;
    throw new ApiError(code, `${file} is no file of categories and patterns. ${message}`, {
      errors,
      errorCount,
      cause: error,
    });
  }
}

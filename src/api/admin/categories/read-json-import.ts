import type { z } from 'zod';
import { EventLoopTurns } from '../../../domain/event-loop-turns.ts';
import { maxJsonDepth } from '../../../domain/limits.ts';
import { ErrorCollector } from '../../../ingestion/error-collector.ts';
import { fieldErrors } from '../../../ingestion/field-errors.ts';
import { JsonScanner } from '../../json/json-scanner.ts';
import { validate } from '../../validate.ts';
import { checkImportLimits, importTooLarge } from './check-import-limits.ts';
import {
  type CategoryImport,
  categoryImportEnvelopeSchema,
  importedCategorySchema,
  importedPatternSchema,
  maxImportCategories,
  maxImportPatterns,
} from './schema.ts';

/** Each category and pattern is one value with three members. The rest is for other keys at the top, which are ignored. */
const maxValues = 4 * (maxImportCategories + maxImportPatterns) + 10_000;
/** Characters that are scanned between two checks of the clock, in less than 1 ms. */
const sliceBytes = 64 * 1024;

/**
 * Reads the categories of a JSON file. It first checks that the file has no more values than an import may have.
 * Throws ApiError, which names each bad entry.
 */
export async function readJsonImport(text: string): Promise<CategoryImport['categories']> {
  await checkSize(text);
  const envelope = validate(categoryImportEnvelopeSchema, JSON.parse(text), 'body');
  const given = envelope.categories.map((category) => ({
    category,
    patterns: patternsOf(category),
  }));
  const patternCount = given.reduce((sum, { patterns }) => sum + patterns.length, 0);
  checkImportLimits(given.length, patternCount);

  const errors = new ErrorCollector();
  function read<Schema extends z.ZodType>(
    schema: Schema,
    value: unknown,
    path: PropertyKey[],
  ): z.output<Schema> | null {
    const { data, error } = schema.safeParse(value);
    for (const found of error === undefined ? [] : fieldErrors(error, path)) errors.add(found);
    return data ?? null;
  }
  const categories: CategoryImport['categories'] = [];
  const turns = new EventLoopTurns();
  for (const [index, { category, patterns }] of given.entries()) {
    const path = ['categories', index];
    const shell = patterns.length > 0 ? { ...(category as object), patterns: [] } : category;
    const own = read(importedCategorySchema, shell, path);
    for (const [place, pattern] of patterns.entries()) {
      const readPattern = read(importedPatternSchema, pattern, [...path, 'patterns', place]);
      if (readPattern !== null) own?.patterns.push(readPattern);
      if (turns.isOver) await turns.next();
    }
    if (own !== null) categories.push(own);
    if (turns.isOver) await turns.next();
  }
  errors.throwAs('invalid_request', 'The body is not valid.');
  return categories;
}

async function checkSize(text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const scanner = new JsonScanner(maxJsonDepth);
  const turns = new EventLoopTurns();
  for (let at = 0; at < bytes.length; at += sliceBytes) {
    scanner.push(bytes.subarray(at, at + sliceBytes));
    if (scanner.valueCount > maxValues) throw importTooLarge();
    if (turns.isOver) await turns.next();
  }
  scanner.end();
}

/** The categories that can be validated one by one. The schema validates anything else. */
function patternsOf(category: unknown): unknown[] {
  const patterns = (category as { patterns?: unknown } | null | undefined)?.patterns;
  return Array.isArray(patterns) ? patterns : [];
}

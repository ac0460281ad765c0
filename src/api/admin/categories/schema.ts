import { z } from 'zod';
import { maxCategoryNameCharacters } from '../../../domain/limits.ts';
import { matchModes } from '../../../domain/pattern-set.ts';
import { matchMode, patternText, priority } from '../category-patterns/schema.ts';
import { categoryId, comparedText, dateTime, expected } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

/** Limits the memory of an import, and the time for which it delays other changes: about a second. */
export const maxImportCategories = 1_000;
export const maxImportPatterns = 50_000;
/** Enough for as many patterns of half the maximum length, at three bytes a character. */
export const maxImportBytes = 16 * 1024 * 1024;
/** As many as people read before an import; the counts include all. */
export const maxPreviewEntries = 1_000;

const name = comparedText(maxCategoryNameCharacters).meta({
  description: 'Unique, ignoring case.',
  example: 'Groceries',
});

const color = z
  .string({ error: expected('a color such as "#2e7d32"') })
  .regex(/^#[0-9a-fA-F]{6}$/, { error: 'must be a color such as "#2e7d32"' })
  .transform((text) => text.toLowerCase())
  .meta({ example: '#2e7d32' });

const defaultedColor = color.optional().meta({ description: 'Derived from the name by default.' });

export const categorySchema = z
  .object({
    id: z.int(),
    name: z.string(),
    color: z.string(),
    pattern_count: z.int(),
    transaction_count: z.int(),
    created_at: dateTime,
    updated_at: dateTime,
  })
  .meta({ id: 'Category' });

const object = { error: 'must be a JSON object' };

export const newCategorySchema = z.strictObject({ name, color: defaultedColor }, object);
export const categoryChangeSchema = z.strictObject(
  { name: name.optional(), color: color.optional() },
  object,
);

export const categoryMergeSchema = z.strictObject(
  {
    into_id: categoryId.meta({
      description: 'The category that receives the patterns and the transactions.',
    }),
  },
  object,
);

export const categoryListQuery = listQuery({
  sortable: [
    'id',
    'name',
    'created_at',
    'updated_at',
    'pattern_count',
    'transaction_count',
  ] as const,
  defaultSort: { field: 'id', direction: 'asc' },
  filters: {
    id: { value: filterValue.id(), operators: ['eq', 'ne'] },
    name: { value: filterValue.text, operators: ['eq', 'ne', 'like'] },
    color: { value: filterValue.text, operators: ['eq'] },
  },
});

export const importedPatternSchema = z
  .union(
    [
      patternText,
      z.strictObject({
        pattern: patternText,
        priority: priority.optional(),
        match_mode: matchMode.optional(),
      }),
    ],
    { error: 'must be a pattern, or an object with pattern, priority and match_mode' },
  )
  .transform((given) => {
    const {
      pattern,
      priority = 0,
      match_mode = 'contains',
    } = typeof given === 'string' ? { pattern: given } : given;
    return { pattern, priority, matchMode: match_mode };
  });

const array = { error: expected('an array') };

export const importedCategorySchema = z.strictObject(
  { name, color: defaultedColor, patterns: z.array(importedPatternSchema, array).default([]) },
  { error: 'must be an object' },
);

/** Ignores keys beside `categories`, in which a file can describe itself. */
export const categoryImportSchema = z.object(
  { categories: z.array(importedCategorySchema, array) },
  object,
);

/** The body around the categories, which are validated one by one. */
export const categoryImportEnvelopeSchema = z.object(
  { categories: z.array(z.unknown(), array) },
  object,
);

export const csvColumns = ['category', 'pattern', 'priority', 'match_mode', 'color'] as const;

/** A line of a CSV file, whose empty cells are left out. */
export const csvLineSchema = z.strictObject({
  category: name,
  pattern: patternText.optional(),
  priority: priority.default(0),
  match_mode: matchMode.default('contains'),
  color: color.optional(),
});

export const importQuery = z.object({
  dry_run: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((word) => word === 'true')
    .meta({ description: 'Returns what the import would do, and changes nothing.' }),
});

export const importedSchema = z
  .object({
    categories_created: z.int(),
    patterns_created: z.int(),
    unchanged: z.int().meta({
      description:
        'Categories and patterns that already existed, or appear earlier in the same body.',
    }),
  })
  .meta({ id: 'CategoryImportResult' });

export const importPreviewSchema = z
  .object({
    ...importedSchema.shape,
    categories: z.array(z.string()).meta({
      description: `The names that would be created; the first ${maxPreviewEntries}.`,
    }),
    patterns: z
      .array(
        z.object({
          category: z.string(),
          pattern: z.string(),
          outcome: z.enum(['create', 'exists', 'exists_elsewhere']).meta({
            description:
              'create: does not exist yet. exists: already in this category. exists_elsewhere: in another category, where it stays.',
          }),
          in_category: z.string().nullable().meta({
            description:
              'The category that already has the pattern. Null for a pattern that would be created.',
          }),
        }),
      )
      .meta({ description: `In the order of the file; the first ${maxPreviewEntries}.` }),
  })
  .meta({ id: 'CategoryImportPreview' });

export const categoryExportSchema = z
  .object({
    categories: z.array(
      z.object({
        name: z.string(),
        color: z.string(),
        patterns: z.array(
          z.union([
            z.string(),
            z.object({
              pattern: z.string(),
              priority: z.int().optional(),
              match_mode: z.enum(matchModes).optional(),
            }),
          ]),
        ),
      }),
    ),
  })
  .meta({ id: 'CategoryExport' });

export type CategoryBody = z.infer<typeof categorySchema>;
export type CategoryImport = z.output<typeof categoryImportSchema>;
export type CsvLine = z.output<typeof csvLineSchema>;
export type ImportPreviewBody = z.infer<typeof importPreviewSchema>;
export type ImportedBody = z.infer<typeof importedSchema>;
export type CategoryExportBody = z.infer<typeof categoryExportSchema>;

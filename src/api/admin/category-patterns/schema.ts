import { z } from 'zod';
import { maxPatternCharacters } from '../../../domain/limits.ts';
import { matchModes } from '../../../domain/pattern-set.ts';
import { categoryId, comparedText, dateTime } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

/** More priorities than people can keep apart. */
const maxPriority = 1_000;

export const patternText = comparedText(maxPatternCharacters).meta({
  description:
    'Unique, ignoring case and white space. A pattern with fewer than 3 characters matches nothing.',
  example: 'walmart',
});

const wholePriority = { error: `must be a whole number from -${maxPriority} to ${maxPriority}` };

export const priority = z
  .int(wholePriority)
  .min(-maxPriority, wholePriority)
  .max(maxPriority, wholePriority)
  .meta({ description: 'Of all matching patterns, the one with the highest priority wins.' });

export const matchMode = z.enum(matchModes, { error: 'must be contains or word' }).meta({
  description:
    'contains: anywhere in the text. word: only whole words, so that "pub" does not match "public".',
});

export const categoryPatternSchema = z
  .object({
    id: z.int(),
    category_id: z.int(),
    category: z.string().meta({ description: "The category's name." }),
    pattern: z.string(),
    priority: z.int(),
    match_mode: z.enum(matchModes),
    created_at: dateTime,
    updated_at: dateTime,
  })
  .meta({ id: 'CategoryPattern' });

const object = { error: 'must be a JSON object' };

export const newCategoryPatternSchema = z.strictObject(
  {
    category_id: categoryId,
    pattern: patternText,
    priority: priority.default(0),
    match_mode: matchMode.default('contains'),
  },
  object,
);
export const categoryPatternChangeSchema = z.strictObject(
  {
    category_id: categoryId.optional(),
    pattern: patternText.optional(),
    priority: priority.optional(),
    match_mode: matchMode.optional(),
  },
  object,
);

export const categoryPatternListQuery = listQuery({
  sortable: [
    'id',
    'category_id',
    'category',
    'pattern',
    'priority',
    'match_mode',
    'created_at',
    'updated_at',
  ] as const,
  defaultSort: { field: 'id', direction: 'asc' },
  filters: {
    id: { value: filterValue.id(), operators: ['eq', 'ne'] },
    category_id: { value: filterValue.id(), operators: ['eq', 'ne'] },
    pattern: { value: filterValue.text, operators: ['eq', 'ne', 'like'] },
    priority: { value: filterValue.integer, operators: ['eq', 'ne', 'gte', 'lte'] },
    match_mode: { value: filterValue.oneOf(matchModes), operators: ['eq', 'ne'] },
  },
});

export type CategoryPatternBody = z.infer<typeof categoryPatternSchema>;

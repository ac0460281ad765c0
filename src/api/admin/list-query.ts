import { z } from 'zod';
import type { FilterOperator, FilterValue, ListPage, ListSort } from '../../db/list-page.ts';
import { isCalendarDate } from '../../domain/calendar-date.ts';
import { maxListStart, maxPageSize, maxTextCharacters } from '../../domain/limits.ts';
import { parseAmount } from '../../domain/money.ts';
import { textProblem } from '../../domain/text.ts';
import { maxIntegerId } from './fields.ts';

/** Entries of a page when `_end` is not sent. */
const defaultPageSize = 25;

/** The type and the operators of a filter. */
export interface ListFilterDefinition {
  value: z.ZodType<FilterValue, string>;
  operators: readonly FilterOperator[];
}

export interface ListDefinition<SortField extends string, FilterField extends string> {
  sortable: readonly SortField[];
  defaultSort: ListSort<SortField>;
  filters: Record<FilterField, ListFilterDefinition>;
}

const suffixes: Record<FilterOperator, string> = {
  eq: '',
  ne: '_ne',
  gte: '_gte',
  lte: '_lte',
  like: '_like',
};

const descriptions: Record<FilterOperator, string> = {
  eq: 'Equal; repeated: to one of these.',
  ne: 'Not equal; repeated: to none of these.',
  gte: 'This or more.',
  lte: 'This or less.',
  like: 'Contains this, whatever the case.',
};

const onceError = { error: 'must be given once' };
const placeError = 'must be a whole number, zero or more';

const place = z
  .string(onceError)
  .regex(/^\d{1,9}$/, { error: placeError })
  .transform(Number);

const text = z.string().check((context) => {
  const message = textProblem(context.value, maxTextCharacters);
  if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
});

/** A list separated by commas, as Refine's simple REST provider sends it. */
const words = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((part) => part.split(',')));

/** The values that filters take, read from the text of a query. */
export const filterValue = {
  text,
  id: (max: number = maxIntegerId) =>
    z
      .string()
      .regex(/^\d{1,16}$/, { error: 'must be an id' })
      .transform(Number)
      .refine((id) => id <= max, { error: 'must be an id' }),
  integer: z
    .string()
    .regex(/^-?\d{1,9}$/, { error: 'must be a whole number' })
    .transform(Number),
  uuid: z.uuid({ error: 'must be a UUID' }),
  oneOf: <Value extends string>(values: readonly Value[]) =>
    z.enum(values, { error: `must be one of ${values.join(', ')}` }) as z.ZodType<Value, string>,
  boolean: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .transform((word) => word === 'true') as z.ZodType<boolean, string>,
  date: z.string().refine(isCalendarDate, { error: 'must be a calendar date YYYY-MM-DD' }),
  dateTime: z.iso
    .datetime({ offset: true, error: 'must be an RFC 3339 date-time' })
    .transform((time) => new Date(time)),
  amount: z.string().transform((given, context) => {
    const parsed = parseAmount(given);
    if (parsed.ok) return parsed.amount;
    context.issues.push({ code: 'custom', message: parsed.problem, input: given });
    return z.NEVER;
  }),
};

/**
 * The query of a list in the form that Refine's simple REST provider speaks: `_start` and `_end`
 * (the first entry, and the one after the last), `_sort` and `_order` (lists separated by commas), `q`, and
 * filters by field. Lists can be sorted and filtered only by the fields of the definition.
 */
export function listQuery<SortField extends string, FilterField extends string>(
  definition: ListDefinition<SortField, FilterField>,
) {
  const filters = filterParameters(definition);
  return z
    .strictObject({
      _start: place.optional().meta({
        description: `The index of the first entry, from 0 to ${maxListStart}.`,
      }),
      _end: place.optional().meta({
        description: `The index after the last entry, at most _start + ${maxPageSize}. Default: _start + ${defaultPageSize}.`,
      }),
      _sort: words.optional().meta({
        description: `One or more of ${definition.sortable.join(', ')}, separated by commas.`,
      }),
      _order: words
        .optional()
        .meta({ description: 'asc or desc for each of _sort. Default: asc.' }),
      q: text.optional().meta({ description: 'The text to search for, ignoring case.' }),
      ...Object.fromEntries(filters.map(({ name, schema }) => [name, schema])),
    })
    .transform((query, context): ListPage<SortField, FilterField> => {
      const report = (name: string, message: string): void => {
        context.issues.push({ code: 'custom', message, input: query, path: [name] });
      };
      const given = query as Record<string, unknown>;
      const pageFilters = filters.flatMap(({ name, field, operator }) => {
        const values = given[name] as FilterValue[] | undefined;
        return values === undefined ? [] : [{ field, operator, values }];
      });
      // A client that asks for certain ids wants all of them on one page.
      const askedIds = (given.id as unknown[] | undefined)?.length ?? 0;
      const offset = query._start ?? 0;
      if (offset > maxListStart)
        report('_start', `must be at most ${maxListStart}; filter the list to see more`);
      const end = query._end ?? offset + Math.max(defaultPageSize, askedIds);
      if (end < offset) report('_end', 'must not be less than _start');
      if (end - offset > maxPageSize)
        report('_end', `must be at most ${maxPageSize} more than _start`);
      return {
        offset,
        limit: end - offset,
        sort: readSort(definition, query._sort, query._order, report),
        filters: pageFilters,
        search: query.q === undefined || query.q.trim() === '' ? null : query.q,
      };
    });
}

function filterParameters<FilterField extends string>(
  definition: ListDefinition<string, FilterField>,
) {
  const entries = Object.entries(definition.filters) as [FilterField, ListFilterDefinition][];
  return entries.flatMap(([field, { value, operators }]) =>
    operators.map((operator) => ({
      name: field + suffixes[operator],
      field,
      operator,
      schema: (operator === 'eq' || operator === 'ne' ? anyOf(value) : single(value))
        .optional()
        .meta({ description: descriptions[operator] }),
    })),
  );
}

const single = (value: ListFilterDefinition['value']) =>
  z
    .string(onceError)
    .pipe(value)
    .transform((one) => [one]);

/** A repeated parameter means "one of these". */
const anyOf = (value: ListFilterDefinition['value']) =>
  z.union([z.string(), z.array(z.string())]).transform((given, context) => {
    const texts = [given].flat();
    if (texts.length > maxPageSize) {
      const message = `must be given at most ${maxPageSize} times`;
      context.issues.push({ code: 'custom', message, input: given });
      return z.NEVER;
    }
    return texts.map((text) => {
      const result = value.safeParse(text);
      if (result.success) return result.data;
      const message = result.error.issues[0]?.message ?? 'is not valid';
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    });
  });

function readSort<SortField extends string>(
  { sortable, defaultSort }: ListDefinition<SortField, string>,
  fields: string[] | undefined,
  orders: string[] = [],
  report: (name: string, message: string) => void,
): ListSort<SortField>[] {
  const isSortable = (field: string): field is SortField =>
    sortable.some((known) => known === field);
  if (!orders.every((order) => order === 'asc' || order === 'desc'))
    report('_order', 'must be asc or desc');
  if (orders.length > (fields?.length ?? 0)) report('_order', 'must not be longer than _sort');
  if (fields === undefined) return [defaultSort];
  if (!fields.every(isSortable)) {
    report('_sort', `must be of ${sortable.join(', ')}`);
    return [];
  }
  return fields.map((field, index) => ({
    field,
    direction: orders[index] === 'desc' ? 'desc' : 'asc',
  }));
}

import { z } from 'zod';
import { isCalendarDate } from '../../../domain/calendar-date.ts';
import { maxIdCharacters } from '../../../domain/limits.ts';
import {
  recategorizationScopes,
  recategorizationStatuses,
} from '../../../domain/recategorization.ts';
import { textProblem } from '../../../domain/text.ts';
import { categoryId, dateTime, expected, maxIntegerId } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

const count = z.int().nonnegative();

export const recategorizationSchema = z
  .object({
    id: z.uuid(),
    scope: z.enum(recategorizationScopes),
    account_id: z.string().nullable(),
    category_id: z.int().nullable(),
    pattern_id: z.int().nullable(),
    start_date: z.iso.date().nullable(),
    end_date: z.iso.date().nullable(),
    include_manual: z.boolean(),
    status: z.enum(recategorizationStatuses),
    progress: z
      .number()
      .min(0)
      .max(1)
      .meta({ description: 'The share of rows that were checked.' }),
    changed_count: count.meta({ description: 'Rows whose category changed or was removed.' }),
    unchanged_count: count,
    kept_count: count.meta({
      description: 'Rows that did not change because they were set by hand.',
    }),
    failure_reason: z.string().nullable(),
    requested_by: z.string().meta({ description: 'The name of the user or the API key.' }),
    created_at: dateTime,
    started_at: dateTime.nullable(),
    finished_at: dateTime.nullable(),
    workflow: z.object({
      workflow_id: z.string(),
      run_id: z.string().nullable(),
      url: z.url().meta({ description: 'The run in the Temporal UI.' }),
    }),
  })
  .meta({ id: 'Recategorization' });

const accountId = z.string({ error: expected('a string') }).check((context) => {
  const message =
    context.value === '' ? 'must not be blank' : textProblem(context.value, maxIdCharacters);
  if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
});

const date = z
  .string({ error: expected('a calendar date YYYY-MM-DD') })
  .refine(isCalendarDate, { error: 'must be a calendar date YYYY-MM-DD' });

export const newRecategorizationSchema = z
  .strictObject(
    {
      scope: z
        .enum(recategorizationScopes, {
          error: `must be one of ${recategorizationScopes.join(', ')}`,
        })
        .default('all')
        .meta({ description: 'uncategorized: only rows without a category.' }),
      account_id: accountId.nullable().default(null),
      category_id: categoryId
        .nullable()
        .default(null)
        .meta({ description: 'Only rows that have this category now.' }),
      pattern_id: z
        .int({ error: expected('the id of a pattern') })
        .min(1, { error: 'must be the id of a pattern' })
        .max(maxIntegerId, { error: 'must be the id of a pattern' })
        .nullable()
        .default(null)
        .meta({ description: 'Only rows that this pattern may match or has matched.' }),
      start_date: date.nullable().default(null),
      end_date: date.nullable().default(null),
      include_manual: z
        .boolean({ error: expected('true or false') })
        .default(false)
        .meta({ description: 'Also recategorize rows set by hand, which loses what was set.' }),
    },
    { error: 'must be a JSON object' },
  )
  .check(({ value, issues }) => {
    if (value.start_date !== null && value.end_date !== null && value.end_date < value.start_date)
      issues.push({
        code: 'custom',
        path: ['end_date'],
        message: 'must not be before start_date',
        input: value,
      });
    if (value.scope === 'uncategorized' && value.category_id !== null)
      issues.push({
        code: 'custom',
        path: ['category_id'],
        message: 'cannot be combined with the scope uncategorized',
        input: value,
      });
  });

export const recategorizationListQuery = listQuery({
  sortable: ['id', 'created_at'] as const,
  defaultSort: { field: 'id', direction: 'desc' },
  filters: {
    id: { value: filterValue.uuid, operators: ['eq'] },
    status: { value: filterValue.oneOf(recategorizationStatuses), operators: ['eq', 'ne'] },
  },
});

export type RecategorizationBody = z.infer<typeof recategorizationSchema>;
export type NewRecategorization = z.infer<typeof newRecategorizationSchema>;

import { z } from 'zod';
import { acceptanceStatuses, maxAcceptedGroups } from '../../../domain/acceptance.ts';
import { sourceFormat } from '../../../domain/category-match.ts';
import { explanationSchema } from '../categorizers/explanation-schema.ts';
import { categoryId, dateTime, expected } from '../fields.ts';
import {
  uncategorizedGroupsQuerySchema,
  uncategorizedGroupsSchema,
} from '../uncategorized-groups/schema.ts';

export const suggestionsQuerySchema = uncategorizedGroupsQuerySchema;

const confidence = z.number().min(0).max(1);
const confidenceRange = expected('a number from 0 to 1');
const source = z
  .string()
  .regex(sourceFormat)
  .meta({ description: 'The categorizer, as `category_source` of a transaction names it.' });

export const suggestionsSchema = z
  .object({
    ...uncategorizedGroupsSchema.shape,
    groups: z.array(
      z.object({
        id: z.string().meta({ description: 'The same for as long as the name is the same.' }),
        ...uncategorizedGroupsSchema.shape.groups.element.shape,
        category_id: z.int().nullable().meta({ description: 'Null without a suggestion.' }),
        category: z.string().nullable(),
        confidence: confidence.nullable(),
        source: source.nullable(),
        explanation: explanationSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'Suggestions' });

const object = { error: 'must be a JSON object' };

export const acceptSuggestionSchema = z.strictObject(
  {
    category_id: categoryId
      .optional()
      .meta({ description: 'Another category than the suggested one, as a correction.' }),
  },
  object,
);

export const rejectSuggestionSchema = z.strictObject(
  {
    category_id: categoryId.optional().meta({
      description: 'The category that was suggested. By default, the present suggestion.',
    }),
  },
  object,
);

export const acceptAllSchema = z.strictObject(
  {
    min_confidence: z
      .number({ error: confidenceRange })
      .min(0, { error: confidenceRange })
      .max(1, { error: confidenceRange })
      .default(0.95),
    dry_run: z
      .boolean({ error: expected('true or false') })
      .default(false)
      .meta({ description: 'Only says what would be accepted.' }),
  },
  object,
);

const count = z.int().nonnegative();

export const acceptAllPreviewSchema = z
  .object({
    group_count: count.meta({
      description: `Groups whose suggestion would be accepted, of the ${maxAcceptedGroups.toLocaleString('en')} largest.`,
    }),
    transaction_count: count,
    categories: z
      .array(
        z.object({
          category_id: z.int(),
          category: z.string(),
          group_count: count,
          transaction_count: count,
        }),
      )
      .meta({ description: 'The most transactions first.' }),
    examples: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          transaction_count: count,
          category_id: z.int(),
          category: z.string(),
          confidence,
          source,
        }),
      )
      .meta({ description: 'The largest of these groups, up to 20.' }),
  })
  .meta({ id: 'AcceptAllPreview' });

export const acceptanceSchema = z
  .object({
    acceptance_id: z.uuid(),
    status: z.enum(acceptanceStatuses),
    progress: z.number().min(0).max(1).meta({
      description: 'The share of transactions that were looked at. 0 while it is being undone.',
    }),
    group_count: count,
    changed_count: count.meta({ description: 'Transactions that were set by hand.' }),
    undone_count: count.meta({
      description: 'Transactions that were given back. Those that somebody has changed since stay.',
    }),
    failure_reason: z.string().nullable(),
    requested_by: z.string().meta({ description: 'The name of the user or the API key.' }),
    created_at: dateTime,
    finished_at: dateTime.nullable(),
    workflow: z.object({
      workflow_id: z.string(),
      url: z.url().meta({ description: 'The workflow in the Temporal UI.' }),
    }),
  })
  .meta({ id: 'Acceptance' });

export type SuggestionsBody = z.infer<typeof suggestionsSchema>;
export type SuggestionBody = SuggestionsBody['groups'][number];
export type AcceptAllPreviewBody = z.infer<typeof acceptAllPreviewSchema>;
export type AcceptanceBody = z.infer<typeof acceptanceSchema>;

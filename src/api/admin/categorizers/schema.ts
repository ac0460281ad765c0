import { z } from 'zod';
import { categorizerModes } from '../../../domain/categorizer-setting.ts';
import { dateTime, expected } from '../fields.ts';

const share = z.number().min(0).max(1);

export const categorizerSchema = z
  .object({
    name: z.string().meta({
      description: 'patterns, memory, model or llm, or another categorizer of this installation.',
      example: 'patterns',
    }),
    mode: z.enum(categorizerModes).meta({
      description:
        'on: its decisions count. shadow: it is only counted what it would change. off: it is not asked.',
    }),
    target_precision: share.meta({
      description: 'The share of all decisions without review that should be right.',
    }),
    is_configured: z.boolean().meta({ description: 'False for llm without an endpoint.' }),
    version: z.int().nullable().meta({ description: 'The learned version that is live.' }),
    trained_at: dateTime.nullable(),
    coverage: share.nullable().meta({
      description:
        'The share of labelled rows that it answers, out of fold. It is measured with the default target.',
    }),
    precision: share.nullable().meta({ description: 'The share of these answers that are right.' }),
    precision_interval: z
      .array(share)
      .length(2)
      .nullable()
      .meta({ description: 'Holds the precision in 95 of 100 cases.' }),
  })
  .meta({ id: 'Categorizer' });

/** The database keeps four decimals. */
const targetRange = expected('a number from 0.5 to 0.9999');

export const categorizerChangeSchema = z.strictObject(
  {
    mode: z
      .enum(categorizerModes, { error: `must be one of ${categorizerModes.join(', ')}` })
      .optional(),
    target_precision: z
      .number({ error: targetRange })
      .min(0.5, { error: targetRange })
      .max(0.9999, { error: targetRange })
      .optional(),
  },
  { error: 'must be a JSON object' },
);

export const maxSampledRows = 20_000;
export const maxMoves = 100;
export const maxExamples = 5;
export const maxExampleCharacters = 100;

const count = z.int().nonnegative();
const counts = z.object({
  categorized_count: count.meta({ description: 'Rows that would have a category.' }),
  needs_review_count: count.meta({ description: 'How many of these would need review.' }),
});

export const categorizerPreviewSchema = z
  .object({
    sampled_count: count.meta({
      description: `Completed rows, not set by hand, that were drawn at random from the newest million: at most ${maxSampledRows.toLocaleString('en')}.`,
    }),
    before: counts.meta({ description: 'What the categorizers would decide about them now.' }),
    after: counts,
    moves: z
      .array(
        z.object({
          from_category_id: z.int().nullable(),
          from: z.string().nullable().meta({ description: 'Null for no category.' }),
          to_category_id: z.int().nullable(),
          to: z.string().nullable().meta({ description: 'Null for no category.' }),
          transaction_count: count.meta({ description: 'Sampled rows.' }),
          examples: z.array(z.string()).meta({
            description: `Merchants or descriptions of such rows; at most ${maxExamples}.`,
          }),
        }),
      )
      .meta({ description: `The most rows first; at most ${maxMoves}.` }),
  })
  .meta({ id: 'CategorizerPreview' });

export type CategorizerBody = z.infer<typeof categorizerSchema>;
export type CategorizerChange = z.infer<typeof categorizerChangeSchema>;
export type CategorizerPreviewBody = z.infer<typeof categorizerPreviewSchema>;

import { z } from 'zod';
import { categoryId, maxIntegerId } from '../fields.ts';
import { matchMode, patternText, priority } from './schema.ts';

/** Enough examples to judge a pattern by. */
export const maxMoveSamples = 3;
/** A pattern of three letters may be a part of hundreds. */
export const maxShadows = 50;

export const patternPreviewSchema = z.strictObject(
  {
    id: z.int().min(1).max(maxIntegerId).optional().meta({
      description: 'The pattern to change. Without it, the preview is for a new pattern.',
    }),
    pattern: patternText,
    category_id: categoryId.nullable().meta({ description: 'Null if it is not chosen yet.' }),
    priority: priority.default(0),
    match_mode: matchMode.default('contains'),
  },
  { error: 'must be a JSON object' },
);

const category = z.object({ id: z.int(), name: z.string() }).nullable();

const shadows = (description: string) =>
  z
    .array(
      z.object({
        id: z.int(),
        pattern: z.string(),
        category: z.string().meta({ description: "The category's name." }),
        always: z.boolean().meta({
          description: 'Whether the losing pattern is the longer one, so that it never wins.',
        }),
      }),
    )
    .meta({ description: `${description} At most ${maxShadows}, the longest first.` });

export const patternPreviewResultSchema = z
  .object({
    matched_count: z
      .int()
      .meta({ description: 'Completed rows that the pattern matches, whichever pattern wins.' }),
    kept_manual_count: z
      .int()
      .meta({ description: 'The rows among these that were set by hand, which do not change.' }),
    moves: z
      .array(
        z.object({
          from: category.meta({ description: 'Null for no category.' }),
          to: category.meta({
            description: 'Null for no category, or if none is chosen yet.',
          }),
          transaction_count: z.int(),
          samples: z.array(
            z.object({
              id: z.int(),
              merchant_name: z.string().nullable(),
              description: z.string().nullable(),
              amount: z.string(),
              currency: z.string(),
              date: z.iso.date(),
            }),
          ),
        }),
      )
      .meta({
        description:
          'Completed rows, not set by hand, that this pattern would win or has won, and whose category the change would change. Largest groups first.',
      }),
    shadows: shadows(
      'Patterns that overlap with this one, one being a part of the other, and lose against it where both match.',
    ),
    shadowed_by: shadows('Patterns that overlap with this one, and win where both match.'),
    is_complete: z.boolean().meta({
      description:
        'False if counting took too long, or too many texts are similar. The counts are 0 then.',
    }),
  })
  .meta({ id: 'PatternPreview' });

export type PatternPreviewBody = z.infer<typeof patternPreviewResultSchema>;
export type PatternPreviewRequest = z.input<typeof patternPreviewSchema>;

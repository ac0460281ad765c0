import { z } from 'zod';
import { categoryId, maxIntegerId } from '../fields.ts';
import { matchMode, patternText, priority } from './schema.ts';

/** Enough to see what is meant. */
export const maxMoveSamples = 3;
/** A pattern of three letters may be a part of hundreds. */
export const maxShadows = 50;

export const patternPreviewSchema = z.strictObject(
  {
    id: z.int().min(1).max(maxIntegerId).optional().meta({
      description: 'Of the pattern that is to be changed; without it a new one is meant.',
    }),
    pattern: patternText,
    category_id: categoryId.nullable().meta({ description: 'Null when it is not chosen yet.' }),
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
          description:
            'Whether the one that loses is the longer one, so that it never wins where it stands in a text.',
        }),
      }),
    )
    .meta({ description: `${description} At most ${maxShadows}, the longest first.` });

export const patternPreviewResultSchema = z
  .object({
    matched_count: z
      .int()
      .meta({ description: 'Completed rows that it matches, whichever pattern wins.' }),
    kept_manual_count: z
      .int()
      .meta({ description: 'Of these, rows set by hand, which stay as they are.' }),
    moves: z
      .array(
        z.object({
          from: category.meta({ description: 'Null for no category.' }),
          to: category.meta({
            description: 'Null for no category, or for the one not chosen yet.',
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
          'Completed rows, not set by hand, that this pattern wins or has won before the change, and whose category is another one than patterns would give them with the change; the most rows first.',
      }),
    shadows: shadows(
      'Patterns that overlap with this one, one being a part of the other, and lose against it where both match.',
    ),
    shadowed_by: shadows('Patterns that overlap with this one, and win where both match.'),
    is_complete: z.boolean().meta({
      description:
        'False when counting took too long, or too many texts are alike: then the counts are 0.',
    }),
  })
  .meta({ id: 'PatternPreview' });

export type PatternPreviewBody = z.infer<typeof patternPreviewResultSchema>;
export type PatternPreviewRequest = z.input<typeof patternPreviewSchema>;

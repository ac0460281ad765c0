import { z } from 'zod';
import { losersSchema, winnerSchema } from '../category-patterns/match-schema.ts';
import { dateTime } from '../fields.ts';

const byWhom = z.object({ by: z.string(), at: dateTime });

export const transactionExplanationSchema = z
  .object({
    category_source: z.enum(['pattern', 'manual']).nullable(),
    set_by_hand: byWhom.nullable().meta({
      description:
        'By whom and when, from the audit log; null where no hand set it, or the log does not say.',
    }),
    stored_pattern: z
      .object({
        pattern_id: z.int(),
        pattern: z.string().nullable().meta({ description: 'Null where nobody knows any more.' }),
        state: z.enum(['wins', 'outranked', 'changed', 'deleted']).meta({
          description:
            'What became of the pattern that gave the category: it would win again; another would win now; it was changed, and does not give this category any more; it was deleted.',
        }),
        deleted: byWhom.nullable(),
      })
      .nullable(),
    winner: winnerSchema.meta({ description: 'Which pattern wins as patterns are now.' }),
    others: losersSchema,
    would_be: z
      .object({ category_id: z.int(), category: z.string() })
      .nullable()
      .meta({ description: 'The category that patterns would give now.' }),
  })
  .meta({ id: 'TransactionExplanation' });

export type TransactionExplanationBody = z.infer<typeof transactionExplanationSchema>;

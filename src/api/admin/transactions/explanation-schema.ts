import { z } from 'zod';
import { categorySource } from '../../batches/schema.ts';
import { explanationSchema } from '../categorizers/explanation-schema.ts';
import { losersSchema, winnerSchema } from '../category-patterns/match-schema.ts';
import { dateTime } from '../fields.ts';

const byWhom = z.object({ by: z.string(), at: dateTime });

export const transactionExplanationSchema = z
  .object({
    category_source: categorySource,
    set_by_hand: byWhom.nullable().meta({
      description:
        'Who set it and when, from the audit log. Null if it was not set by hand, or the log has no entry.',
    }),
    decision: explanationSchema.nullable().meta({
      description:
        'What explains the stored category. Null if it was set by hand or nobody has decided, if it is no longer known, or if the categorizer does not explain itself.',
    }),
    is_version_gone: z.boolean().meta({
      description:
        'Whether what the categorizer had learned was deleted, so that nothing explains it.',
    }),
    stored_pattern: z
      .object({
        pattern_id: z.int(),
        pattern: z.string().nullable().meta({ description: 'Null if it is no longer known.' }),
        state: z.enum(['wins', 'outranked', 'changed', 'deleted']).meta({
          description:
            'What happened to the pattern that gave the category: it would win again; another one would win now; it was changed and no longer gives this category; it was deleted.',
        }),
        deleted: byWhom.nullable(),
      })
      .nullable(),
    winner: winnerSchema.meta({ description: 'The pattern that wins with the current patterns.' }),
    others: losersSchema,
    would_be: z
      .object({ category_id: z.int(), category: z.string(), category_source: z.string() })
      .nullable()
      .meta({ description: 'The category that the categorizers would give now.' }),
  })
  .meta({ id: 'TransactionExplanation' });

export type TransactionExplanationBody = z.infer<typeof transactionExplanationSchema>;

import { z } from 'zod';

const field = z.enum(['merchant_name', 'description']);

/** What explains a decision or a suggestion, by the kind of categorizer that made it. */
export const explanationSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('pattern'),
      pattern: z.string().nullable().meta({ description: 'Null if it is no longer known.' }),
      field,
    }),
    z.object({
      kind: z.literal('memory'),
      merchant: z.string().meta({ description: 'The normalised merchant that is remembered.' }),
      row_count: z.int().meta({ description: 'Labelled rows of the merchant.' }),
      agreeing_count: z.int().meta({ description: 'How many of these have the category.' }),
    }),
    z.object({
      kind: z.literal('model'),
      words: z
        .array(
          z.object({
            text: z.string(),
            weight: z.number().meta({
              description:
                'How far the word raises the score of the category above the mean of the others.',
            }),
          }),
        )
        .meta({ description: 'The words that weighed most, the heaviest first; at most 5.' }),
    }),
    z.object({
      kind: z.literal('llm'),
      merchant: z.string().meta({ description: 'The normalised merchant that was asked about.' }),
      model: z.string().meta({ description: 'The language model that answered.' }),
    }),
  ])
  .meta({ id: 'DecisionExplanation' });

export type ExplanationBody = z.infer<typeof explanationSchema>;

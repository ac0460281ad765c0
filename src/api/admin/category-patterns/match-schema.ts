import { z } from 'zod';
import { rankingSteps } from '../../../categorization/compare-matches.ts';
import { maxTextCharacters } from '../../../domain/limits.ts';
import { matchModes } from '../../../domain/pattern-set.ts';
import { textProblem } from '../../../domain/text.ts';

/** Of patterns that lose, which a text of many words can have by the hundred. */
export const maxLosers = 100;

const text = z
  .string({ error: 'must be a string or null' })
  .check((context) => {
    const message = textProblem(context.value, maxTextCharacters);
    if (message !== null) context.issues.push({ code: 'custom', message, input: context.value });
  })
  .nullish()
  .transform((given) => given ?? null);

export const patternTestSchema = z.strictObject(
  { merchant_name: text, description: text },
  { error: 'must be a JSON object' },
);

const matchSchema = z.object({
  pattern_id: z.int(),
  pattern: z.string(),
  category_id: z.int(),
  category: z.string().meta({ description: "The category's name." }),
  priority: z.int(),
  match_mode: z.enum(matchModes),
  field: z.enum(['merchant_name', 'description']),
  direction: z.enum(['pattern_in_text', 'text_in_pattern']),
  span: z.object({ start: z.int(), end: z.int() }).meta({
    description:
      'Where the pattern stands in the field as it was sent, from start to before end, in UTF-16 code units; all of the text where that stands in the pattern.',
  }),
});

export const winnerSchema = matchSchema.nullable();

export const losersSchema = z
  .array(
    matchSchema.extend({
      loses_by: z.enum(rankingSteps).meta({
        description:
          'In what it comes after the winner: a lower priority, the description after the merchant name, the text in the pattern after the pattern in the text, a shorter pattern, or a later id.',
      }),
    }),
  )
  .meta({ description: `The others that match too, the best first; at most ${maxLosers}.` });

export const patternTestResultSchema = z
  .object({ winner: winnerSchema, others: losersSchema })
  .meta({ id: 'PatternTestResult' });

export type PatternTestResultBody = z.infer<typeof patternTestResultSchema>;
export type PatternMatchBody = z.infer<typeof matchSchema>;

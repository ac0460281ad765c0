import { z } from 'zod';
import { rankingSteps } from '../../../categorization/compare-matches.ts';
import { maxTextCharacters } from '../../../domain/limits.ts';
import { matchModes } from '../../../domain/pattern-set.ts';
import { textProblem } from '../../../domain/text.ts';

/** The number of losing patterns in an answer. A text of many words can have hundreds of them. */
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
      'The position of the pattern in the field as it was sent, from start (inclusive) to end (exclusive), in UTF-16 code units. The whole text if the pattern contains the text.',
  }),
});

export const winnerSchema = matchSchema.nullable();

export const losersSchema = z
  .array(
    matchSchema.extend({
      loses_by: z.enum(rankingSteps).meta({
        description:
          'Why it loses to the winner: a lower priority, a match in the description instead of the merchant name, a pattern that contains the text instead of the reverse, a shorter pattern, or a later id.',
      }),
    }),
  )
  .meta({ description: `The other matching patterns, best first; at most ${maxLosers}.` });

export const patternTestResultSchema = z
  .object({ winner: winnerSchema, others: losersSchema })
  .meta({ id: 'PatternTestResult' });

export type PatternTestResultBody = z.infer<typeof patternTestResultSchema>;
export type PatternMatchBody = z.infer<typeof matchSchema>;

import { z } from 'zod';
import { adminTransactionSchema } from '../transactions/schema.ts';

export const sampledDecisionSchema = z
  .object({
    transaction: adminTransactionSchema,
    decided_category_id: z.int().nullable(),
    decided_category: z.string().nullable().meta({
      description: 'What was decided automatically; null if the category was deleted.',
    }),
    is_answered: z
      .boolean()
      .meta({ description: 'Whether a person has confirmed or corrected it.' }),
  })
  .meta({ id: 'SampledDecision' });

export const weeklySampleSchema = z
  .object({
    week: z.iso.date().meta({ description: 'The Monday of the week (UTC).' }),
    rows: z.array(sampledDecisionSchema),
  })
  .meta({ id: 'WeeklySample' });

export type SampledDecisionBody = z.infer<typeof sampledDecisionSchema>;
export type WeeklySampleBody = z.infer<typeof weeklySampleSchema>;

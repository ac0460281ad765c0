import { z } from 'zod';
import { maxPageSize } from '../../../domain/limits.ts';

const limit = { error: `must be a whole number from 1 to ${maxPageSize}` };

export const uncategorizedGroupsQuerySchema = z.strictObject({
  limit: z.coerce.number(limit).int(limit).min(1, limit).max(maxPageSize, limit).default(50),
  q: z.string().optional().meta({ description: 'Only groups whose name contains this.' }),
});

export const uncategorizedGroupsSchema = z
  .object({
    group_count: z
      .int()
      .meta({ description: 'The number of all groups. Only the largest are shown.' }),
    transaction_count: z.int().meta({ description: 'The number of transactions in all groups.' }),
    groups: z.array(
      z.object({
        name: z
          .string()
          .meta({ description: 'The merchant name without store numbers, dates and references.' }),
        transaction_count: z.int(),
        amounts: z.array(
          z.object({ currency: z.string(), transaction_count: z.int(), amount: z.string() }),
        ),
        samples: z
          .array(z.string())
          .meta({ description: 'Up to five texts as they were sent, most frequent first.' }),
        pattern: z.string().nullable().meta({ description: 'A suggested pattern.' }),
      }),
    ),
  })
  .meta({ id: 'UncategorizedGroups' });

export type UncategorizedGroupsBody = z.infer<typeof uncategorizedGroupsSchema>;

import { z } from 'zod';
import { maxPageSize } from '../../../domain/limits.ts';
import { categoryId, maxIntegerId } from '../fields.ts';

const wholeId = { error: 'must be the id of a pattern' };
const id = z.int(wholeId).min(1, wholeId).max(maxIntegerId, wholeId);
const count = { error: `must be 1 to ${maxPageSize} ids` };

export const bulkMoveSchema = z.strictObject(
  { ids: z.array(id, count).min(1, count).max(maxPageSize, count), category_id: categoryId },
  { error: 'must be a JSON object' },
);

export const bulkDeleteQuery = z.strictObject({
  id: z
    .union([z.string(), z.array(z.string())], count)
    .transform((given) => [given].flat())
    .pipe(
      z
        .array(
          z
            .string()
            .regex(/^\d{1,10}$/, wholeId)
            .transform(Number)
            .pipe(id),
          count,
        )
        .min(1, count)
        .max(maxPageSize, count),
    )
    .meta({ description: `Repeated, at most ${maxPageSize} times.` }),
});

export const bulkResultSchema = z
  .object({
    changed: z.int().meta({ description: 'Patterns that existed and were changed.' }),
  })
  .meta({ id: 'BulkResult' });

import { z } from 'zod';

export const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'degraded', 'unready']),
    database: z.enum(['up', 'away']),
    temporal: z.enum(['up', 'away']),
    cache: z.enum(['up', 'away', 'memory']),
  })
  .meta({ id: 'Readiness' });

export type Readiness = z.infer<typeof readinessSchema>;

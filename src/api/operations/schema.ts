import { z } from 'zod';

export const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'degraded', 'unready']),
    database: z.enum(['up', 'away']),
    temporal: z.enum(['up', 'away']),
    cache: z.enum(['up', 'away', 'memory']),
    key_publishing: z
      .enum(['current', 'behind', 'unused'])
      .meta({ description: 'Whether the gateway can know all changes of API keys.' }),
  })
  .meta({ id: 'Readiness' });

export type Readiness = z.infer<typeof readinessSchema>;

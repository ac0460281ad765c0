import { z } from 'zod';

export const changeEventSchema = z
  .object({
    resource: z.string().meta({
      example: 'categories',
      description: 'As in the audit log; `*` where changes may have been missed: read anew.',
    }),
    ids: z
      .array(z.string())
      .nullable()
      .meta({
        example: ['3'],
        description: 'Null for many, or for all.',
      }),
    request_id: z.string().nullable().meta({ description: 'Of the request that changed it.' }),
  })
  .meta({ id: 'ChangeEvent' });

export type ChangeEventBody = z.infer<typeof changeEventSchema>;

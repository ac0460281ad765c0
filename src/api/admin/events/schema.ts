import { z } from 'zod';

export const changeEventSchema = z
  .object({
    resource: z.string().meta({
      example: 'categories',
      description:
        'As in the audit log. `*` means that changes may have been missed: reload everything.',
    }),
    ids: z
      .array(z.string())
      .nullable()
      .meta({
        example: ['3'],
        description: 'Null for several or for all.',
      }),
    request_id: z.string().nullable().meta({ description: 'The request that made the change.' }),
  })
  .meta({ id: 'ChangeEvent' });

export type ChangeEventBody = z.infer<typeof changeEventSchema>;

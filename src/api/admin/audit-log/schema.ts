import { z } from 'zod';
import { dateTime } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

const actorTypes = ['user', 'api_key', 'system'] as const;

export const auditEntrySchema = z
  .object({
    id: z.int(),
    at: dateTime,
    actor_type: z.enum(actorTypes),
    actor_id: z.int().nullable(),
    actor_name: z.string().meta({
      description:
        'For admins, the e-mail address or the name of the key at that time; for others, the name of the user.',
    }),
    action: z.string(),
    resource: z.string().meta({ example: 'category-patterns' }),
    resource_id: z.string().nullable(),
    before: z.unknown(),
    after: z.unknown(),
    request_id: z.string().nullable(),
    still_exists: z.boolean().meta({ description: 'Whether the subject still exists.' }),
  })
  .meta({ id: 'AuditEntry' });

export const auditLogQuery = listQuery({
  sortable: ['id'] as const,
  defaultSort: { field: 'id', direction: 'desc' },
  filters: {
    resource: { value: filterValue.text, operators: ['eq'] },
    resource_id: { value: filterValue.text, operators: ['eq'] },
    action: { value: filterValue.text, operators: ['eq'] },
    actor_type: { value: filterValue.oneOf(actorTypes), operators: ['eq'] },
    actor_id: { value: filterValue.id(), operators: ['eq'] },
    actor_name: { value: filterValue.text, operators: ['eq', 'like'] },
    at: { value: filterValue.dateTime, operators: ['gte', 'lte'] },
  },
});

export type AuditEntryBody = z.infer<typeof auditEntrySchema>;

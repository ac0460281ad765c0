import { z } from 'zod';
import { roles } from '../../../domain/role.ts';
import { apiKeySchema } from '../api-keys/schema.ts';
import { comparedText, dateTime } from '../fields.ts';
import { filterValue, listQuery } from '../list-query.ts';

const maxNameCharacters = 100;
/** RFC 5321. */
const maxEmailCharacters = 254;

const role = z.enum(roles, { error: `must be one of ${roles.join(', ')}` });
const mayExport = z.boolean({ error: 'must be true or false' });
const name = comparedText(maxNameCharacters).meta({ example: 'Ada Lovelace' });
const email = comparedText(maxEmailCharacters)
  // People who sign in on their own machine are admin@localhost.
  .refine((text) => /^[^\s@]+@[^\s@]+$/.test(text.trim()), { error: 'must be an e-mail address' })
  .meta({ example: 'ada@example.com' });

export const userSchema = z
  .object({
    id: z.int(),
    email: z.string(),
    name: z.string(),
    role,
    may_export: z.boolean().meta({ description: 'Whether the user may download data as files.' }),
    status: z.enum(['invited', 'active', 'disabled']),
    second_factor: z.boolean().meta({ description: 'Whether the sign-in asks for a code.' }),
    created_at: dateTime,
    last_signed_in_at: dateTime.nullable(),
    invitation_expires_at: dateTime
      .nullable()
      .meta({ description: 'Of an invitation that was not accepted, be it over or not.' }),
  })
  .meta({ id: 'User' });

export const userWithKeysSchema = userSchema
  .extend({
    live_api_keys: z.array(apiKeySchema).meta({
      description:
        'Those that the user has made, and that go on working whatever becomes of the user. To be revoked or rotated one by one.',
    }),
  })
  .meta({ id: 'UserWithKeys' });

export const invitedUserSchema = userSchema
  .extend({
    invitation_url: z
      .string()
      .meta({ description: 'Shown this once; good for seven days. A path of the console.' }),
  })
  .meta({ id: 'InvitedUser' });

export const newUserSchema = z.strictObject(
  {
    email,
    name,
    role,
    may_export: mayExport
      .optional()
      .meta({ description: 'When not sent, true for an editor or admin, false for a viewer.' }),
  },
  { error: 'must be a JSON object' },
);

export const userChangeSchema = z.strictObject(
  {
    name: name.optional(),
    role: role.optional(),
    may_export: mayExport.optional(),
    disabled: z.boolean({ error: 'must be true or false' }).optional(),
  },
  { error: 'must be a JSON object' },
);

export const userListQuery = listQuery({
  sortable: ['id', 'email', 'name', 'role', 'created_at', 'last_signed_in_at'] as const,
  defaultSort: { field: 'id', direction: 'asc' },
  filters: {
    id: { value: filterValue.id(), operators: ['eq'] },
    role: { value: filterValue.oneOf(roles), operators: ['eq'] },
  },
});

export type UserBody = z.infer<typeof userSchema>;
export type UserWithKeysBody = z.infer<typeof userWithKeysSchema>;
export type InvitedUserBody = z.infer<typeof invitedUserSchema>;

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
    may_export: z.boolean().meta({ description: 'Whether the user may export files.' }),
    status: z.enum(['invited', 'active', 'disabled']),
    second_factor: z.boolean().meta({ description: 'Whether signing in requires a code.' }),
    created_at: dateTime,
    last_signed_in_at: dateTime.nullable(),
    invitation_expires_at: dateTime.nullable().meta({
      description: 'The end of an invitation that was not accepted, whether it has expired or not.',
    }),
  })
  .meta({ id: 'User' });

export const userWithKeysSchema = userSchema
  .extend({
    live_api_keys: z.array(apiKeySchema).meta({
      description:
        'Live keys that the user created. They continue to work if the user is disabled; revoke or rotate each of them.',
    }),
  })
  .meta({ id: 'UserWithKeys' });

export const invitedUserSchema = userSchema
  .extend({
    invitation_url: z
      .string()
      .meta({ description: 'A path of the console. Shown only once, and valid for seven days.' }),
  })
  .meta({ id: 'InvitedUser' });

export const newUserSchema = z.strictObject(
  {
    email,
    name,
    role,
    may_export: mayExport
      .optional()
      .meta({ description: 'The default is true for editors and admins, and false for viewers.' }),
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
